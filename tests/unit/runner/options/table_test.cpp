#include "runner/options/table.h"

#include <gtest/gtest.h>

#include <set>

namespace loads::runner {
namespace {

TEST(OptionTable, NamesAndLettersAreUnique) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const Option& option : option_table()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.letter == 0) continue;
    EXPECT_TRUE(letters.insert(option.letter).second) << option.letter;
  }
}

TEST(OptionTable, EveryRowHasAReaderAndAcceptsItsOwnDefault) {
  for (const Option& option : option_table()) {
    ASSERT_NE(option.store, nullptr) << option.name;
    if (option.fallback.empty()) continue;
    Options options;
    EXPECT_NO_THROW(option.store(options, {std::string(option.fallback)})) << option.name;
  }
}

TEST(OptionTable, DashesAndUnderscoresAreAlike) {
  ASSERT_NE(find_option("server_url"), nullptr);
  EXPECT_EQ(find_option("server_url"), find_option("server-url"));
  EXPECT_EQ(find_option("server"), nullptr);
}

TEST(OptionTable, OptionsThatAreNotInTheHelpAreNotSuggested) {
  EXPECT_EQ(closest_option("user"), "users");
  EXPECT_EQ(closest_option("agent"), "agents");
  EXPECT_EQ(closest_option("check-clusters"), "");
}

}  // namespace
}  // namespace loads::runner
