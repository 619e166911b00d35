#include "common/compare/observations.h"

#include <gtest/gtest.h>

#include <numeric>

#include "unit/common/compare/runs.h"

namespace loads::compare {
namespace {

Metric metric(const char* word) { return parse_limit(std::string(word) + ":0%").metric; }

TEST(Observations, TheWholeIsTheRunsOwnFigureToTheBucket) {
  const compare::Run run = make_run({.bad = 0.02}, 1);
  for (const char* word : {"p50", "p95", "p99", "mean"}) {
    const double exact = *value_of(run, metric(word)) * 1e6;
    EXPECT_NEAR(*Observations(run, metric(word)).value(), exact, 0.01 * exact) << word;
  }
  EXPECT_NEAR(*Observations(run, metric("rps")).value(), *value_of(run, metric("rps")), 1e-9);
  for (const char* word : {"unanswered", "errors", "failures"}) {
    EXPECT_NEAR(*Observations(run, metric(word)).value() * 100, *value_of(run, metric(word)), 1e-9) << word;
  }
}

TEST(Observations, BlocksGoOnAtTheFirstWindow) {
  compare::Run run;
  run.measured = Seconds(4);
  for (const std::uint64_t answered : {1, 2, 3, 10}) run.windows.emplace_back().answered = answered;
  const Observations rates(run, metric("rps"));
  EXPECT_EQ(rates.value(), 4.0);
  const std::size_t last[] = {3, 3};
  EXPECT_EQ(rates.value(last, 2), (10.0 + 1 + 10 + 1) / 4);
  const std::size_t first[] = {0, 2};  // of the second block a part
  EXPECT_EQ(rates.value(first, 3), (1.0 + 2 + 3 + 3) / 4);
  const std::size_t round[] = {2};
  EXPECT_EQ(rates.value(round, 4), 4.0);
}

TEST(Observations, WindowsPullBothWays) {
  const compare::Run run = make_run({}, 2);
  for (const char* word : {"p50", "p95", "mean", "rps"}) {
    const std::vector<double> pull = Observations(run, metric(word)).pull();
    ASSERT_EQ(pull.size(), run.windows.size());
    double size = 0;
    for (const double one : pull) size += std::abs(one);
    EXPECT_NEAR(std::accumulate(pull.begin(), pull.end(), 0.0), 0, 1e-6 * (size + 1)) << word;
  }
}

TEST(Observations, WithoutDataThereIsNoFigure) {
  compare::Run run;
  run.windows.resize(40);
  for (const char* word : {"p95", "mean", "errors", "unanswered"}) {
    const Observations none(run, metric(word));
    EXPECT_EQ(none.value(), std::nullopt) << word;
    EXPECT_EQ(none.pull(), std::vector<double>(40)) << word;
    EXPECT_EQ(none.coarseness(), 0) << word;
  }
  EXPECT_EQ(Observations(run, metric("rps")).value(), 0.0);
  EXPECT_EQ(Observations(compare::Run(), metric("rps")).value(), std::nullopt);
}

TEST(Observations, BucketsAreCoarse) {
  const compare::Run run = make_run({}, 3);
  EXPECT_GT(Observations(run, metric("p95")).coarseness(), 1.0 / 33);
  EXPECT_LT(Observations(run, metric("p95")).coarseness(), 1.0 / 15);
  EXPECT_EQ(Observations(run, metric("rps")).coarseness(), 0);
}

}  // namespace
}  // namespace loads::compare
