#include "runner/capacity/growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::DoubleNear;
using testing::Optional;

metrics::Slice answers(double milliseconds) {
  metrics::Slice slice;
  metrics::entry(slice.requests, "GET /")
      .add({.status = 200, .total = std::chrono::microseconds(static_cast<std::int64_t>(milliseconds * 1000))});
  return slice;
}

// A second of each of these response times, in milliseconds.
metrics::History history_of(const std::vector<double>& seconds) {
  metrics::History history;
  for (std::size_t i = 0; i < seconds.size(); ++i)
    history.add(std::chrono::seconds(i), std::chrono::seconds(i + 1), 1, {answers(seconds[i])});
  return history;
}

TEST(Growth, WhatWaitsMoreAndMoreGrows) {
  std::vector<double> seconds;
  for (int second = 0; second < 12; ++second) seconds.push_back(20 + 50 * second);
  EXPECT_THAT(response_time_growth(history_of(seconds), 2s, 12s), Optional(DoubleNear(0.05, 0.003)));
}

TEST(Growth, WhatStaysAndWhatShrinksDoesNot) {
  EXPECT_EQ(response_time_growth(history_of(std::vector<double>(12, 400)), 2s, 12s), std::nullopt);
  EXPECT_EQ(response_time_growth(history_of({900, 800, 700, 600, 500, 400, 300}), 0s, 7s), std::nullopt);
}

TEST(Growth, OneSlowSecondIsChance) {
  EXPECT_EQ(response_time_growth(history_of({20, 20, 20, 20, 20, 20, 20, 900, 20, 20}), 0s, 10s), std::nullopt);
}

TEST(Growth, OnlyTheLevelsOwnTimeCounts) {
  EXPECT_EQ(response_time_growth(history_of({0, 500, 1000, 20, 20, 20, 20, 20, 700, 1400}), 3s, 8s), std::nullopt);
}

TEST(Growth, ThreeSecondsAreTooFew) { EXPECT_EQ(response_time_growth(history_of({20, 120, 220}), 0s, 3s), std::nullopt); }

// Ten seconds each, around 200 ms: what is said of them is wrong about as seldom as it claims.
TEST(Growth, NoiseIsSeldomTakenForIt) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(200, 40);
  int taken = 0;
  for (int level = 0; level < 1000; ++level) {
    std::vector<double> seconds;
    for (int second = 0; second < 10; ++second) seconds.push_back(std::max(1.0, noise(random)));
    if (response_time_growth(history_of(seconds), 0s, 10s)) ++taken;
  }
  EXPECT_LE(taken, 60);
}

}  // namespace
}  // namespace loads::runner
