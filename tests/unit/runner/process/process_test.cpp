#include "runner/process/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

TEST(Process, HasItsVariablesBeforeOurs) {
  ::setenv("LOADS_TEST_OWN", "ours", 1);
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "test \"$LOADS_TEST_OWN\" = its"}, {"LOADS_TEST_OWN=its"}}).wait()), "exit code 0");
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "test \"$LOADS_TEST_OWN\" = ours"}}).wait()), "exit code 0");
}

TEST(Process, SaysHowItEnded) {
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "exit 3"}}).wait()), "exit code 3");
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "kill -SEGV $$"}}).wait()), "signal 11 (Segmentation fault)");
}

TEST(Process, ThatCannotBeStartedSaysWhy) {
  try {
    Process({{"/nowhere/at-all"}});
    FAIL() << "it was started";
  } catch (const Failure& failure) {
    EXPECT_STREQ(failure.what(), "cannot start /nowhere/at-all: No such file or directory.");
  }
}

TEST(Process, KeepsOneDescriptorAndNoOther) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const std::string number = std::to_string(ends[1]);
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "test -e /dev/fd/" + number}, {}, ends[1]}).wait()), "exit code 0");
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "test -e /dev/fd/" + number}}).wait()), "exit code 1");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Process, IsKilledWithItsGroup) {
  const TemporaryFolder folder;
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  {
    // The pipe ends when the last of them has gone.
    const Process process({{"sh", "-c", "sleep 3600 & echo >&" + std::to_string(ends[1]) + "; wait"}, {}, ends[1], true, true});
    ::close(ends[1]);
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  }
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 0);
  ::close(ends[0]);
}

TEST(Process, PrintsIntoAFileAndReadsNothing) {
  const TemporaryFolder folder;
  Start start{{"sh", "-c", "echo out; echo err >&2; cat"}};
  start.output = (folder.path() / "log").string();
  EXPECT_EQ(describe_end(Process(start).wait()), "exit code 0");
  std::ifstream file(start.output);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "out\nerr\n");
}

TEST(Process, HasSignalsThatItsParentIgnores) {
  std::signal(SIGPIPE, SIG_IGN);
  EXPECT_EQ(describe_end(Process({{"sh", "-c", "kill -PIPE $$"}}).wait()), "signal 13 (Broken pipe)");
  std::signal(SIGPIPE, SIG_DFL);
}

}  // namespace
}  // namespace loads::runner
