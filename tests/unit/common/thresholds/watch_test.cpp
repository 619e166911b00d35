#include "common/thresholds/watch.h"

#include <gtest/gtest.h>

#include "common/thresholds/parse.h"

namespace loads::thresholds {
namespace {

using namespace std::chrono_literals;
using metrics::Slice;

std::vector<Slice> runs(std::uint64_t successes, std::uint64_t errors) {
  Slice slice;
  slice.outcomes = {successes, errors, 0, 0, 0};
  return {slice};
}

std::vector<Slice> answers(std::uint64_t count, std::chrono::microseconds time, const std::string& name = "GET /") {
  Slice slice;
  for (std::uint64_t i = 0; i < count; ++i) entry(slice.requests, name).add({.status = 200, .total = time});
  return {slice};
}

Watch watch(const std::string& text) { return Watch({parse_abort(text)}); }

TEST(Watch, LooksAtTheLastWholeWindowAlone) {
  Watch errors = watch("errors>50% for 3s");
  for (int second = 0; second < 3; ++second) errors.add(1s * second, 1s * (second + 1), runs(10, 0));
  EXPECT_FALSE(errors.crossed(3s));
  errors.add(3s, 4s, runs(0, 10));
  EXPECT_FALSE(errors.crossed(4s));
  errors.add(4s, 5s, runs(0, 10));
  ASSERT_TRUE(errors.crossed(5s));
  EXPECT_EQ(value_text(*errors.crossed(5s)), "66.7%");
}

TEST(Watch, BeforeAWholeWindowHasPassedNothingIsCrossed) {
  Watch errors = watch("errors>50% for 3s");
  errors.add(0s, 1s, runs(0, 10));
  EXPECT_FALSE(errors.crossed(1s));
  EXPECT_FALSE(errors.crossed(2999ms));
  EXPECT_TRUE(errors.crossed(3s));
}

TEST(Watch, WhatIsNotKnownYetIsNotLookedAt) {
  Watch errors = watch("errors>50% for 1s");
  errors.add(0s, 1s, runs(0, 10));  // of one agent
  EXPECT_FALSE(errors.crossed(900ms));
  errors.add(0s, 1s, runs(90, 0));  // of another one, later
  EXPECT_FALSE(errors.crossed(1s));
}

TEST(Watch, AStragglerIsNotWaitedForForEver) {
  Watch errors = watch("errors>50% for 1s");
  for (int second = 0; second < 40; ++second) errors.add(1s * second, 1s * (second + 1), runs(0, 1));
  EXPECT_TRUE(errors.crossed(0s));
}

TEST(Watch, NoWindowBeginsBeforeWhatIsKnown) {
  Watch errors = watch("errors>50% for 3s");
  errors.begin_at(100s);
  errors.add(100s, 101s, runs(0, 1));
  EXPECT_FALSE(errors.crossed(101s));
  EXPECT_TRUE(errors.crossed(103s));
}

TEST(Watch, TimesAreThoseOfTheWindow) {
  Watch slow = watch("p50{GET /}>100ms for 2s");
  slow.add(0s, 1s, answers(1000, 1ms));
  slow.add(1s, 2s, answers(10, 200ms));
  slow.add(2s, 3s, answers(10, 200ms));
  EXPECT_FALSE(slow.crossed(2s));
  EXPECT_TRUE(slow.crossed(3s));
}

TEST(Watch, ATargetThatHangsAnswersNothing) {
  Watch rate = watch("rps<5 for 2s");
  rate.add(0s, 1s, answers(10, 1ms));
  rate.add(1s, 2s, answers(10, 1ms));
  EXPECT_FALSE(rate.crossed(2s));
  EXPECT_FALSE(rate.crossed(3s));
  EXPECT_TRUE(rate.crossed(4s));
}

TEST(Watch, ANameThatNeverCameCrossesNothing) {
  Watch rate = watch("rps{GET /typo}<5 for 2s");
  rate.add(0s, 1s, answers(10, 1ms));
  EXPECT_FALSE(rate.crossed(10s));
  Watch seen = watch("rps{GET /}<5 for 2s");
  seen.add(0s, 1s, answers(10, 1ms));
  EXPECT_TRUE(seen.crossed(10s));
}

TEST(Watch, WithoutDataNothingIsCrossed) {
  EXPECT_FALSE(watch("errors<50% for 2s").crossed(10s));
  EXPECT_FALSE(watch("p95<1s for 2s").crossed(10s));
}

TEST(Watch, OneOfSeveralIsEnough) {
  Watch both({parse_abort("errors>50% for 5s"), parse_abort("errors>10 for 1s")});
  both.add(0s, 1s, runs(0, 11));
  const auto crossed = both.crossed(1s);
  ASSERT_TRUE(crossed);
  EXPECT_EQ(crossed->threshold.text, "errors>10 for 1s");
}

TEST(Watch, WindowsAreWholeSecondsAndLongOnesCoarser) {
  EXPECT_EQ(Watch::width_of(parse_abort("errors>1 for 100ms")), 1s);
  EXPECT_EQ(Watch::width_of(parse_abort("errors>1 for 1500ms")), 2s);
  EXPECT_EQ(Watch::width_of(parse_abort("errors>1 for 10s")), 10s);
  EXPECT_EQ(Watch::width_of(parse_abort("errors>1 for 90s")), 90s);
  EXPECT_EQ(Watch::width_of(parse_abort("errors>1 for 1h")), 3600s);
}

}  // namespace
}  // namespace loads::thresholds
