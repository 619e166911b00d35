#include "common/compare/compare.h"

#include <gtest/gtest.h>

#include <cmath>

#include "common/compare/spread.h"
#include "unit/common/compare/runs.h"

namespace loads::compare {
namespace {

const Difference& of(const std::vector<Difference>& all, std::string_view word) {
  for (const Difference& one : all) {
    if (one.metric.word == word) return one;
  }
  throw std::out_of_range(std::string(word));
}

TEST(Compare, AKnownDifferenceIsFoundWhereItIs) {
  const auto all = differences(make_run({}, 1), make_run({.middle = 60'000}, 2), {}, 1);
  for (const char* word : {"p50", "p95", "mean"}) {
    const Difference& one = of(all, word);
    EXPECT_EQ(one.verdict, Verdict::worse) << word;
    ASSERT_TRUE(one.interval) << word;
    EXPECT_LT(one.interval->low, 20) << word;
    EXPECT_GT(one.interval->high, 20) << word;
    EXPECT_GT(one.interval->low, 10) << word;
    EXPECT_LT(one.interval->high, 35) << word;
  }
  EXPECT_EQ(of(all, "rps").verdict, Verdict::same);
}

TEST(Compare, TheOtherWayRoundItIsBetter) {
  const auto all = differences(make_run({.middle = 60'000}, 2), make_run({}, 1), {}, 1);
  EXPECT_EQ(of(all, "p95").verdict, Verdict::better);
  EXPECT_LT(of(all, "p95").interval->high, 0);
}

TEST(Compare, FewerRequestsASecondAreWorse) {
  const auto all = differences(make_run({.rate = 50}, 1), make_run({.rate = 40}, 2), {parse_limit("rps:10%")}, 1);
  EXPECT_EQ(of(all, "rps").verdict, Verdict::worse);
  EXPECT_NEAR(*of(all, "rps").change, -20, 1e-6);
  EXPECT_TRUE(of(all, "rps").is_too_much);
}

// bench/compare has more of them, in more worlds.
TEST(Compare, EqualRunsAreSeldomSaidToDiffer) {
  int alarms = 0;
  for (std::uint64_t pair = 0; pair < 60; ++pair) {
    const auto all = differences(make_run({}, 20'000 + 2 * pair), make_run({}, 20'001 + 2 * pair), {}, pair);
    const Verdict verdict = of(all, "p95").verdict;
    if (verdict == Verdict::better || verdict == Verdict::worse) ++alarms;
  }
  EXPECT_LE(alarms, 6);  // 3 are to be expected
}

TEST(Compare, TheSameRunsHaveTheSameIntervals) {
  const compare::Run a = make_run({}, 1);
  const compare::Run b = make_run({}, 2);
  const auto once = differences(a, b, {}, 5);
  const auto again = differences(a, b, {}, 5);
  for (std::size_t i = 0; i < once.size(); ++i) {
    ASSERT_EQ(once[i].interval.has_value(), again[i].interval.has_value());
    if (!once[i].interval) continue;
    EXPECT_EQ(once[i].interval->low, again[i].interval->low);
    EXPECT_EQ(once[i].interval->high, again[i].interval->high);
  }
}

TEST(Compare, ARunBesideItselfIsTheSame) {
  const compare::Run run = make_run({}, 1);
  for (const Difference& one : differences(run, run, {}, 1)) {
    EXPECT_EQ(one.change, 0.0) << one.metric.word;
    EXPECT_TRUE(one.verdict == Verdict::same || one.verdict == Verdict::unclear) << one.metric.word;
    EXPECT_LE(one.interval->low, 0) << one.metric.word;
    EXPECT_GE(one.interval->high, 0) << one.metric.word;
  }
}

TEST(Compare, LongMemoryMakesIntervalsWide) {
  const auto width = [](double memory) {
    const Likeness like{.seconds = 600, .memory = memory, .sway = 0.2};
    const auto all = differences(make_run(like, 1), make_run(like, 2), {}, 1);
    return of(all, "p50").interval->high - of(all, "p50").interval->low;
  };
  EXPECT_GT(width(0.9), 2 * width(0));
}

TEST(Compare, WhatCannotBeSeenIsToldWithTheTimeThatItTakes) {
  const Likeness rough{.sway = 0.3};
  const auto all = differences(make_run(rough, 1), make_run(rough, 2), {parse_limit("p95:10%"), parse_limit("p50:5%")}, 1);
  EXPECT_EQ(of(all, "p95").verdict, Verdict::unclear);
  ASSERT_TRUE(of(all, "p95").more && of(all, "p50").more);
  EXPECT_GT(of(all, "p95").more->count(), 120);
  EXPECT_GT(of(all, "p50").more->count(), 3 * of(all, "p95").more->count());  // half the difference takes four times as long
}

TEST(Compare, LimitsAreExceededForCertainOrNot) {
  const compare::Run a = make_run({}, 1);
  const compare::Run b = make_run({.middle = 60'000}, 2);
  const auto is_too_much = [&](const char* limit) { return of(differences(a, b, {parse_limit(limit)}, 1), "p95").is_too_much; };
  const auto may_be = [&](const char* limit) { return of(differences(a, b, {parse_limit(limit)}, 1), "p95").may_be_too_much; };
  EXPECT_TRUE(is_too_much("p95:0%"));
  EXPECT_TRUE(is_too_much("p95:10%"));
  EXPECT_FALSE(is_too_much("p95:20%"));
  EXPECT_TRUE(may_be("p95:20%"));
  EXPECT_FALSE(is_too_much("p95:40%"));
  EXPECT_FALSE(may_be("p95:40%"));
}

TEST(Compare, LimitsMayNameAnyPercentile) {
  const auto all = differences(make_run({}, 1), make_run({.middle = 80'000}, 2), {parse_limit("p90:10%")}, 1);
  EXPECT_EQ(all.size(), usual_metrics().size() + 1);
  EXPECT_TRUE(of(all, "p90").is_too_much);
}

TEST(Compare, ShortRunsHaveNoIntervals) {
  const auto all = differences(make_run({.seconds = 29}, 1), make_run({.middle = 90'000}, 2), {parse_limit("p95:10%")}, 1);
  EXPECT_NEAR(*of(all, "p95").change, 80, 20);
  EXPECT_FALSE(of(all, "p95").interval);
  EXPECT_EQ(of(all, "p95").verdict, Verdict::unknown);
  EXPECT_EQ(of(all, "p95").why, "too short");
  EXPECT_FALSE(of(all, "p95").is_too_much);
}

TEST(Compare, WithoutHistogramsOfSecondsThereAreNoIntervalsOfTimes) {
  compare::Run a = make_run({}, 1);
  for (auto& window : a.windows) window.response_times = {};
  const auto all = differences(a, make_run({}, 2), {}, 1);
  EXPECT_EQ(of(all, "p95").why, "no seconds");
  EXPECT_TRUE(of(all, "p95").change);
  EXPECT_TRUE(of(all, "rps").interval);
}

TEST(Compare, SecondsWithoutAnswersAreSecondsAsAll) {
  const auto gap = [](std::uint64_t seed) {
    compare::Run run = make_run({}, seed);
    for (std::size_t i = 40; i < 60; ++i) run.windows[i] = {};
    return run;
  };
  const auto all = differences(gap(1), gap(2), {}, 1);
  EXPECT_TRUE(of(all, "p95").interval);
  ASSERT_TRUE(of(all, "rps").interval);
  EXPECT_LT(of(all, "rps").interval->low, -10);  // who knows how often it stands still
}

TEST(Compare, ZeroErrorsAreFewErrorsForAllWeKnow) {
  const compare::Run none = make_run({}, 1);
  const auto all = differences(none, make_run({}, 2), {parse_limit("errors:1%")}, 1);
  EXPECT_EQ(of(all, "errors").change, 0.0);
  EXPECT_EQ(of(all, "errors").verdict, Verdict::same);
  EXPECT_LT(of(all, "errors").interval->high, 0.2);
  EXPECT_GT(of(all, "errors").interval->high, 0);

  compare::Run three = make_run({}, 2);
  for (const std::size_t i : {10, 50, 90}) three.windows[i].errors = 1;
  three.errors = 3;
  EXPECT_NE(of(differences(none, three, {}, 1), "errors").verdict, Verdict::worse);
}

TEST(Compare, ManyErrorsAreWorse) {
  const auto all =
      differences(make_run({.bad = 0.001}, 1), make_run({.bad = 0.05}, 2), {parse_limit("errors:1%"), parse_limit("unanswered:10%")}, 1);
  EXPECT_EQ(of(all, "errors").verdict, Verdict::worse);
  EXPECT_NEAR(*of(all, "errors").change, 5, 1);  // points
  EXPECT_TRUE(of(all, "errors").is_too_much);
  EXPECT_FALSE(of(all, "unanswered").is_too_much);
}

TEST(Compare, NothingAnsweredIsNoData) {
  compare::Run dead;
  dead.measured = Seconds(60);
  dead.windows.resize(60);
  const auto all = differences(make_run({}, 1), dead, {}, 1);
  EXPECT_EQ(of(all, "p95").why, "no data");
  EXPECT_FALSE(of(all, "p95").change);
  EXPECT_EQ(of(all, "rps").b, 0.0);
}

TEST(Compare, NamesAreSideBySide) {
  compare::Run a, b;
  a.requests["GET /"].response_times.record(1000, 100);
  b.requests["GET /"].response_times.record(1500, 100);
  b.requests["GET /new"].response_times.record(7, 3);
  const auto names = name_differences(a, b);
  ASSERT_EQ(names.size(), 2U);
  EXPECT_NEAR(*names[0].p95, 50, 0.2);
  EXPECT_EQ(names[1].name, "GET /new");
  EXPECT_FALSE(names[1].p95);
}

TEST(CompareRun, WarmUpAndTheLastBrokenSecondAreLeftOut) {
  std::vector<metrics::History::Window> windows(11);
  for (std::size_t i = 0; i < windows.size(); ++i) windows[i].answered = i;
  const auto history = metrics::History::of(std::chrono::seconds(1), windows);
  EXPECT_EQ(whole_windows(history, Seconds(0), Seconds(10.2)).size(), 10U);
  EXPECT_EQ(whole_windows(history, Seconds(0), Seconds(99)).size(), 11U);
  EXPECT_EQ(whole_windows(history, Seconds(2.5), Seconds(10.2)).front().answered, 3U);
  EXPECT_EQ(whole_windows(history, Seconds(2), Seconds(10.2)).front().answered, 2U);
  EXPECT_TRUE(whole_windows(history, Seconds(1e300), Seconds(1)).empty());
  EXPECT_TRUE(whole_windows(history, Seconds(5), Seconds(1)).empty());
  EXPECT_TRUE(whole_windows({}, Seconds(0), Seconds(1)).empty());
}

}  // namespace
}  // namespace loads::compare
