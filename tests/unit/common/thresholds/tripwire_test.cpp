#include "common/thresholds/tripwire.h"

#include <gtest/gtest.h>

namespace loads::thresholds {
namespace {

using namespace std::chrono_literals;
using metrics::Slice;

Slice runs(std::uint64_t successes, std::uint64_t errors, std::uint64_t failures = 0) {
  Slice slice;
  slice.outcomes = {successes, errors, failures, 0, 0};
  return slice;
}

TEST(Tripwire, WithoutConditionsNothingTrips) {
  Tripwire none;
  EXPECT_TRUE(none.empty());
  EXPECT_FALSE(none.look(100s, runs(0, 10)));
}

TEST(Tripwire, TheFirstErrorOrFailureTripsARunThatFailsFast) {
  Tripwire fast({}, true);
  EXPECT_FALSE(fast.empty());
  EXPECT_FALSE(fast.look(0s, runs(10, 0)));
  const auto error = fast.look(0s, runs(10, 1, 3));
  ASSERT_TRUE(error);
  EXPECT_FALSE(error->by_threshold);
  EXPECT_EQ(error->reason, "1 error, --fail-fast");
  EXPECT_EQ(fast.look(0s, runs(10, 0, 3))->reason, "3 failures, --fail-fast");
}

TEST(Tripwire, ACrossedThresholdSaysWithWhat) {
  Tripwire watched({"errors>50% for 2s"}, false);
  for (int second = 0; second < 2; ++second) watched.add(1s * second, 1s * (second + 1), {runs(1, 2)});
  EXPECT_FALSE(watched.look(1s, {}));
  const auto trip = watched.look(2s, {});
  ASSERT_TRUE(trip);
  EXPECT_TRUE(trip->by_threshold);
  EXPECT_EQ(trip->reason, "errors>50% for 2s: 66.7%");
}

TEST(Tripwire, EachSecondIsLookedAtOnce) {
  Tripwire watched({"errors>50% for 1s"}, false);
  EXPECT_FALSE(watched.look(1s, {}));
  watched.add(0s, 1s, {runs(0, 1)});
  EXPECT_FALSE(watched.look(1900ms, {}));
  watched.add(1s, 2s, {runs(0, 1)});
  EXPECT_TRUE(watched.look(2s, {}));
}

TEST(Tripwire, WhatALaterVersionHasWrittenIsLeftOut) {
  const Tripwire watched({"later>1 for 1s", "errors>50%"}, false);
  EXPECT_TRUE(watched.empty());
}

}  // namespace
}  // namespace loads::thresholds
