#include "runner/compile/process.h"

#include <gtest/gtest.h>

#include <system_error>

#include "runner/compile/content_key.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

TEST(RunProcess, GivesStatusAndOutput) {
  const TemporaryFolder folder;
  const auto log = folder.path() / "log";
  EXPECT_EQ(run_process({"sh", "-c", "echo out; echo err >&2; exit 3"}, log), 3);
  EXPECT_EQ(file_content(log), "out\nerr\n");
}

TEST(RunProcess, PassesWordsAsTheyAre) {
  const TemporaryFolder folder;
  const auto log = folder.path() / "log";
  EXPECT_EQ(run_process({"echo", "a b", "$HOME", "*"}, log), 0);
  EXPECT_EQ(file_content(log), "a b $HOME *\n");
}

TEST(RunProcess, ASignalIsAStatusAbove128) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_process({"sh", "-c", "kill -9 $$"}, folder.path() / "log"), 128 + 9);
}

TEST(RunProcess, AMissingProgramThrows) {
  const TemporaryFolder folder;
  EXPECT_THROW(run_process({"/no/such/program"}, folder.path() / "log"), std::system_error);
}

}  // namespace
}  // namespace loads::runner
