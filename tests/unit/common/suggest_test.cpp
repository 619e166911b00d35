#include "common/suggest.h"

#include <gtest/gtest.h>

#include <vector>

namespace loads {
namespace {

TEST(EditDistance, CountsInsertedDeletedReplacedAndSwappedLetters) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("abc", ""), 3u);
  EXPECT_EQ(edit_distance("test_es", "test_ess"), 1u);
  EXPECT_EQ(edit_distance("tset", "test"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
  EXPECT_EQ(edit_distance("abcd", "badc"), 2u);
}

TEST(Suggest, FindsTheClosest) {
  const std::vector<std::string> tests = {"test_ws", "test_es", "test_search"};
  EXPECT_EQ(suggest("test_ess", tests), "test_es");
  EXPECT_EQ(suggest("test_saerch", tests), "test_search");
  const std::vector<std::string> options = {"--threads", "--threshold", "--timeout"};
  EXPECT_EQ(suggest("--treshold", options), "--threshold");
}

TEST(Suggest, CaseAndUnderscoresDoNotCount) {
  const std::vector<std::string> names = {"server-urn", "server-url"};
  EXPECT_EQ(suggest("Server_URL", names), "server-url");
}

TEST(Suggest, TheFirstOfEqualsWins) {
  const std::vector<std::string> names = {"cat", "car"};
  EXPECT_EQ(suggest("cas", names), "cat");
}

TEST(Suggest, SaysNothingWhenNothingWasMeant) {
  const std::vector<std::string> tests = {"test_es", "a"};
  EXPECT_EQ(suggest("banana", tests), std::nullopt);
  EXPECT_EQ(suggest("b", tests), std::nullopt) << "replacing the only letter is no slip";
  EXPECT_EQ(suggest("", tests), std::nullopt);
  EXPECT_EQ(suggest("test_es", {}), std::nullopt);
}

TEST(Suggest, EndlessWordsCostNothing) {
  const std::vector<std::string> names = {std::string(10'000'000, 'x')};
  EXPECT_EQ(suggest(std::string(10'000'000, 'x'), names), std::nullopt);
  EXPECT_EQ(suggest("xxx", names), std::nullopt);
}

TEST(DidYouMean, IsASentenceOrNothing) {
  const std::vector<std::string> tests = {"test_es"};
  EXPECT_EQ(did_you_mean("test_ess", tests), " Did you mean test_es?");
  EXPECT_EQ(did_you_mean("other", tests), "");
}

}  // namespace
}  // namespace loads
