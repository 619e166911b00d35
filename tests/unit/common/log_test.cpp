#include "common/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/failure.h"

namespace loads {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class Log : public testing::Test {
 protected:
  ~Log() override { log::set_level(log::Level::info); }

  template <typename Action>
  static std::string stderr_of(Action action) {
    testing::internal::CaptureStderr();
    action();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, WritesOneLineWithTimeAndLevelToStderr) {
  const auto text = stderr_of([] { log::warn("agent lost"); });
  EXPECT_THAT(text, MatchesRegex("[0-9]+-[0-9]+-[0-9]+ [0-9]+:[0-9]+:[0-9]+\\.[0-9]+ warning: agent lost\n"));
}

TEST_F(Log, DropsWhatIsBelowItsLevel) {
  const auto everything = [] {
    log::debug("one");
    log::info("two");
    log::warn("three");
    log::error("four");
  };
  EXPECT_THAT(stderr_of(everything), testing::AllOf(Not(HasSubstr("one")), HasSubstr("two"), HasSubstr("three"), HasSubstr("four")));
  log::set_level(log::Level::debug);
  EXPECT_THAT(stderr_of(everything), HasSubstr("one"));
  log::set_level(log::Level::error);
  EXPECT_THAT(stderr_of(everything), testing::AllOf(Not(HasSubstr("three")), HasSubstr("four")));
  log::set_level(log::Level::off);
  EXPECT_EQ(stderr_of(everything), "");
}

TEST_F(Log, QuotedBytesSteerNoTerminal) {
  EXPECT_THAT(stderr_of([] { log::info("a\x1b[2Jb\nfake: line\rc \xc3\xa9"); }),
              HasSubstr("info: a\\x1b[2Jb\\nfake: line\\x0dc \xc3\xa9\n"));
}

TEST_F(Log, BracesAreNoFormat) {
  EXPECT_THAT(stderr_of([] { log::info("{\"a\": {}} {0} %s"); }), HasSubstr("info: {\"a\": {}} {0} %s\n"));
}

TEST_F(Log, AlsoWritesToAFile) {
  std::string name = testing::TempDir() + "loads_log_XXXXXX";
  const std::filesystem::path folder = mkdtemp(name.data());
  log::open_file(folder / "broker.log");
  stderr_of([] { log::info("into the file"); });
  std::ifstream file(folder / "broker.log");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, MatchesRegex("[0-9].* info: into the file\n"));
  std::filesystem::remove_all(folder);
}

TEST_F(Log, AFileThatCannotBeWrittenIsAFailure) {
  try {
    log::open_file("/dev/null/broker.log");
    FAIL() << "it was opened";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_THAT(failure.what(), HasSubstr("/dev/null/broker.log"));
  }
}

TEST_F(Log, LevelsHaveNames) {
  EXPECT_EQ(log::parse_level("debug"), log::Level::debug);
  EXPECT_EQ(log::parse_level("warn"), log::Level::warn);
  EXPECT_EQ(log::parse_level("off"), log::Level::off);
  EXPECT_EQ(log::parse_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace loads
