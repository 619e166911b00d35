#include "runner/init/init.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/compile/content_key.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Init, WritesATestAndSaysHowToRunIt) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "shop.cpp";
  EXPECT_THAT(write_first_test(file), HasSubstr("loads-runner " + file.string() + ":TestWebSite.test_es\n"));
  const std::string text = file_content(file).value_or("");
  EXPECT_THAT(text, HasSubstr("LOADS_TEST(TestWebSite, test_es)"));
  EXPECT_THAT(text, HasSubstr("// loads-runner shop.TestWebSite.test_es\n"));
  EXPECT_THAT(text, Not(HasSubstr("@")));
}

TEST(Init, OverwritesNothing) {
  const TemporaryFolder folder;
  const auto file = folder.write("shop.cpp", "mine");
  const Refusal there = refusal([&] { write_first_test(file); });
  EXPECT_EQ(there.code, exit_code::usage);
  EXPECT_THAT(there.message, HasSubstr("is there already"));
  EXPECT_EQ(file_content(file), "mine");
}

TEST(Init, WritesPythonForAFileThatIsNamedSo) {
  const TemporaryFolder folder;
  EXPECT_THAT(write_first_test(folder.path() / "shop.py"), HasSubstr("shop.py"));
  EXPECT_THAT(file_content(folder.path() / "shop.py").value_or(""), HasSubstr("# loads-runner shop.TestWebSite.test_es\n"));
}

TEST(Init, RefusesOtherEndings) {
  EXPECT_EQ(refusal([] { write_first_test("example"); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { write_first_test(".cpp"); }).code, exit_code::usage);
}

TEST(Init, AFolderThatIsNotThereIsALocalTrouble) {
  EXPECT_EQ(refusal([] { write_first_test("/no/such/folder/example.cpp"); }).code, exit_code::local_resource);
}

}  // namespace
}  // namespace loads::runner
