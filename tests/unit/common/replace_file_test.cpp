#include "common/replace_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads {
namespace {

TEST(ReplaceFile, HasTheNewContentAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "state";
  replace_file(file, "a long content\n");
  replace_file(file, "short\n");
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "short\n");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms(0600));
}

TEST(ReplaceFile, WhereNothingCanBeWrittenIsAFailure) { EXPECT_THROW(replace_file("/nosuch/state", "x"), Failure); }

}  // namespace
}  // namespace loads
