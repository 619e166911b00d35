#include "runner/capacity/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace loads::runner {
namespace {

using metrics::Validity;
using testing::ElementsAre;
using testing::Optional;
using End = Search::End;

struct Said {
  bool held;
  Validity validity = Validity::valid;
};

// Asks `target` until the search ends, and gives the rates that were tried.
std::vector<double> run(Search& search, const std::function<Said(double)>& target) {
  std::vector<double> tried;
  while (search.end() == End::none) {
    tried.push_back(search.next());
    const Said said = target(tried.back());
    search.take(said.held, said.validity);
  }
  return tried;
}

std::function<Said(double)> bears(double capacity) {
  return [capacity](double rate) { return Said{rate <= capacity}; };
}

TEST(Search, GoesUpByTwoThenHalvesTheBracketAndTriesBothSidesAgain) {
  Search search({.start = 10, .precision = 0.3});
  EXPECT_THAT(run(search, bears(50)), ElementsAre(10, 20, 40, 80, 80, 56.6, 56.6, 47.6, 47.6, 56.6));
  EXPECT_EQ(search.end(), End::found);
  EXPECT_THAT(search.floor(), Optional(47.6));
  EXPECT_THAT(search.ceiling(), Optional(56.6));
}

TEST(Search, ALevelThatFailsOnceIsTriedAgain) {
  Search search({.start = 10, .precision = 0.03});
  int hiccups = 1;
  run(search, [&](double rate) { return Said{rate <= 100 && !(rate == 20 && hiccups-- > 0)}; });
  EXPECT_THAT(search.floor(), Optional(testing::DoubleNear(98.5, 1.6)));
}

// It fails a level and its repetition, and is over when the search comes back to it.
TEST(Search, ADisturbanceOfAMinuteDoesNotEndItAtAFractionOfTheTruth) {
  Search search({.start = 10, .precision = 0.03});
  int runs = 0;
  run(search, [&](double rate) {
    ++runs;
    return Said{rate <= 500 && !(runs >= 4 && runs <= 7)};
  });
  EXPECT_EQ(search.end(), End::found);
  EXPECT_THAT(search.floor(), Optional(testing::DoubleNear(492, 8.1)));
}

TEST(Search, NotEvenTheLowestLevelHolds) {
  Search search({.start = 10, .precision = 0.03});
  EXPECT_THAT(run(search, bears(5)), ElementsAre(10, 10));
  EXPECT_EQ(search.end(), End::nothing_holds);
  EXPECT_EQ(search.floor(), std::nullopt);
}

TEST(Search, AGeneratorThatGivesOutIsNotTakenForTheTarget) {
  Search search({.start = 10, .precision = 0.1});
  run(search, [](double rate) { return Said{true, rate > 300 ? Validity::invalid : Validity::valid}; });
  EXPECT_EQ(search.end(), End::generator);
  EXPECT_THAT(search.floor(), Optional(testing::Le(300)));
  EXPECT_THAT(search.ceiling(), Optional(testing::Gt(300)));
}

TEST(Search, ItIsNotSaidOfOneRunAlone) {
  Search search({.start = 10, .precision = 0.03});
  int invalid = 1;
  run(search, [&](double rate) { return Said{rate <= 100, rate == 40 && invalid-- > 0 ? Validity::invalid : Validity::valid}; });
  EXPECT_EQ(search.end(), End::found);
  EXPECT_THAT(search.floor(), Optional(testing::DoubleNear(98.5, 1.6)));
}

TEST(Search, BelowWhatTheGeneratorCanDoTheTargetIsStillFound) {
  Search search({.start = 10, .precision = 0.03});
  run(search, [](double rate) { return Said{rate <= 100, rate > 120 ? Validity::invalid : Validity::valid}; });
  EXPECT_EQ(search.end(), End::found);
  EXPECT_THAT(search.floor(), Optional(testing::DoubleNear(98.5, 1.6)));
}

TEST(Search, ASuspectRunIsRepeatedOnceAndABetterOneCounts) {
  Search search({.start = 10, .precision = 0.3});
  search.take(false, Validity::suspect);
  EXPECT_EQ(search.next(), 10);
  search.take(true, Validity::valid);
  EXPECT_EQ(search.next(), 20);
  EXPECT_FALSE(search.is_suspect(10));
  search.take(true, Validity::suspect);
  EXPECT_EQ(search.next(), 20);
  search.take(true, Validity::suspect);
  EXPECT_EQ(search.next(), 40);
  EXPECT_TRUE(search.is_suspect(20));
}

TEST(Search, EndsWhateverTheTargetSays) {
  std::mt19937_64 random(1);
  for (int search_number = 0; search_number < 2000; ++search_number) {
    Search search({.start = 10, .precision = 0.01});
    const auto tried = run(search, [&](double) { return Said{random() % 2 == 0, static_cast<Validity>(random() % 3)}; });
    EXPECT_LE(tried.size(), 200U);
  }
}

// A level near the capacity may hold or fail by chance, and any level may fail by chance: one run in twenty does.
TEST(Search, OfTenThousandSearchesOfANoisyTargetNineOfTenAreWithinFivePercent) {
  constexpr int kSearches = 10'000;
  constexpr double kHiccups = 0.05;
  std::mt19937_64 random(2026);
  std::uniform_real_distribution<double> part(0, 1);
  int close = 0;
  std::size_t most_runs = 0;
  for (int i = 0; i < kSearches; ++i) {
    const double capacity = 20 * std::pow(500, part(random));
    const auto noisy = [&](double rate) {
      const double holds = 1 / (1 + std::exp((rate / capacity - 1) / 0.01));
      return Said{part(random) < holds && part(random) >= kHiccups};
    };
    Search search({.start = 10, .precision = 0.03});
    most_runs = std::max(most_runs, run(search, noisy).size());
    if (search.end() == End::found && std::abs(*search.floor() / capacity - 1) <= 0.05) ++close;
  }
  EXPECT_GE(close, kSearches * 97 / 100);
  EXPECT_LE(most_runs, 80U);
}

}  // namespace
}  // namespace loads::runner
