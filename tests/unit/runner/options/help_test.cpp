#include "runner/options/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Help, NamesEveryOptionThatWorks) {
  const std::string help = help_text();
  for (const Option& option : option_table()) {
    if (option.kind == Kind::positional) continue;
    const std::string spelling = "--" + std::string(option.name);
    if (option.group == Group::hidden) {
      EXPECT_THAT(help, Not(HasSubstr(spelling + " ")));
    } else {
      EXPECT_THAT(help, HasSubstr(spelling));
    }
  }
}

TEST(Help, FitsIntoATerminal) {
  std::istringstream lines(help_text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, ShowsTheDefault) { EXPECT_THAT(help_text(), ContainsRegex("--stop-timeout TIME +how long .*\n? *.*\\[10s\\]")); }

TEST(ShowConfig, SaysWhereEachValueComesFrom) {
  const TemporaryFolder folder;
  const std::string config = folder.write("loads.ini", "[loads]\ntimeout = 3s\n").string();
  const std::string text = config_text(read_options({"--config", config, "-u", "10:20"}, {{"LOADS_OPT_HITS", "5"}}));
  EXPECT_THAT(text, ContainsRegex("(^|\n)users +10:20 +command line\n"));
  EXPECT_THAT(text, ContainsRegex("\nhits +5 +LOADS_OPT_HITS\n"));
  EXPECT_THAT(text, ContainsRegex("\ntimeout +3s +[^\n]*loads.ini:2\n"));
  EXPECT_THAT(text, ContainsRegex("\nthreads +auto +default\n"));
  EXPECT_THAT(text, ContainsRegex("\nquiet +false +default\n"));
  EXPECT_THAT(text, ContainsRegex("\nduration +- +default\n"));
}

}  // namespace
}  // namespace loads::runner
