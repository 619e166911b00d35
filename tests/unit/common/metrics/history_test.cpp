#include "common/metrics/history.h"

#include <gtest/gtest.h>

namespace loads::metrics {
namespace {

using namespace std::chrono_literals;

std::vector<Slice> answers(std::uint64_t count, std::uint64_t microseconds, int status = 200) {
  Slice slice;
  RequestRecord record;
  record.status = status;
  record.total = std::chrono::microseconds(microseconds);
  for (std::uint64_t i = 0; i < count; ++i) entry(slice.requests, "GET /").add(record);
  return {slice};
}

TEST(History, WhatWasMeasuredStandsInItsSecond) {
  History history;
  history.add(0s, 1s, 10, answers(5, 100));
  history.add(2s, 3s, 10, answers(7, 100));
  history.add(2s, 2500ms, 4, answers(1, 100, 503));
  ASSERT_EQ(history.windows().size(), 3u);
  EXPECT_EQ(history.windows()[0].answered, 5u);
  EXPECT_EQ(history.windows()[1].answered, 0u);
  EXPECT_EQ(history.windows()[2].answered, 8u);
  EXPECT_EQ(history.windows()[2].response_times.count(), 7u);
  EXPECT_EQ(history.users(history.windows()[2]), 12.0);
}

// A look that is late is longer than a second.
TEST(History, HasNoMoreUsersThanThereWere) {
  History history;
  history.add(600ms, 1900ms, 4, answers(10, 100));
  ASSERT_EQ(history.windows().size(), 2U);
  EXPECT_EQ(history.windows()[1].answered, 10U);
  EXPECT_DOUBLE_EQ(history.users(history.windows()[0]), 1.6);
  EXPECT_DOUBLE_EQ(history.users(history.windows()[1]), 3.6);
}

TEST(History, ErrorsAndFailuresAreThoseOfTestRuns) {
  Slice slice;
  slice.outcomes = {1, 2, 3, 0, 0};
  entry(slice.requests, "GET /").add({.status = 0, .error = RequestError::timeout});
  History history;
  history.add(0s, 1s, 1, {slice});
  EXPECT_EQ(history.windows()[0].errors, 2u);
  EXPECT_EQ(history.windows()[0].failures, 3u);
  EXPECT_EQ(history.windows()[0].unanswered, 1u);
}

TEST(History, WhatComesLateIsAddedToItsSecond) {
  History history;
  history.add(9s, 10s, 1, answers(1, 100));
  history.add(0s, 1s, 1, answers(2, 100));
  EXPECT_EQ(history.windows()[0].answered, 2u);
  EXPECT_EQ(history.windows()[9].answered, 1u);
}

TEST(History, WhatTookLongIsSpreadOverItsTime) {
  History history;
  Slice slice;
  RequestRecord record;
  record.status = 200;
  for (int i = 0; i < 100; ++i) {
    record.total = std::chrono::milliseconds(1 + i);
    entry(slice.requests, "GET /").add(record);
  }
  history.add(2500ms, 12500ms, 7, {slice});
  ASSERT_EQ(history.windows().size(), 13u);
  std::uint64_t answered = 0;
  std::uint64_t times = 0;
  for (std::size_t i = 3; i < 12; ++i) {
    EXPECT_EQ(history.windows()[i].answered, 10u) << i;
    EXPECT_NEAR(static_cast<double>(history.windows()[i].response_times.count()), 10, 4) << i;
    EXPECT_EQ(history.users(history.windows()[i]), 7) << i;
  }
  for (const History::Window& window : history.windows()) {
    answered += window.answered;
    times += window.response_times.count();
  }
  EXPECT_EQ(answered, 100u);
  EXPECT_EQ(times, 100u);
  EXPECT_EQ(history.windows()[1].answered, 0u);
  EXPECT_EQ(history.windows()[2].answered, 5u);
  EXPECT_EQ(history.windows()[12].answered, 5u);
}

TEST(History, AnyLengthTakesTheSameAndLosesNothing) {
  History history;
  for (int second = 0; second < 20'000; ++second) {
    history.add(std::chrono::seconds(second), std::chrono::seconds(second + 1), 3, answers(1, static_cast<std::uint64_t>(second)));
  }
  EXPECT_EQ(history.width(), 8s);
  EXPECT_EQ(history.windows().size(), 2500u);
  std::uint64_t answered = 0;
  for (const History::Window& window : history.windows()) {
    answered += window.answered;
    EXPECT_EQ(window.answered, 8u);
    EXPECT_EQ(history.users(window), 3.0);
  }
  EXPECT_EQ(answered, 20'000u);
  EXPECT_EQ(history.windows().back().response_times.max(), 19'999u);
}

TEST(History, TheEndOfAllClocksIsTakenToo) {
  History history;
  history.add(0s, 1s, 1, answers(1, 1));
  const auto end = std::chrono::nanoseconds((std::int64_t{1} << 62) - 1);
  history.add(end, end, 1, answers(1, 1));
  EXPECT_LE(history.windows().size(), History::kMostWindows);
  EXPECT_EQ(history.windows().front().answered, 1u);
  EXPECT_EQ(history.windows().back().answered, 1u);
  history.add(-5s, -7s, 1, answers(1, 1));
  EXPECT_EQ(history.windows().front().answered, 2u);
}

TEST(CoarseTimes, PercentilesAreThoseOfTheHistogramToThreePercent) {
  Histogram exact;
  for (std::uint64_t i = 1; i <= 100'000; ++i) exact.record(i * i % 1'000'003 + 1);
  CoarseTimes coarse;
  coarse.add(exact);
  EXPECT_EQ(coarse.count(), exact.count());
  EXPECT_EQ(coarse.max(), exact.max());
  for (const double quantile : {0.01, 0.5, 0.9, 0.95, 0.99, 0.999}) {
    const auto value = static_cast<double>(*exact.percentile(quantile));
    EXPECT_NEAR(static_cast<double>(*coarse.percentile(quantile)), value, 0.035 * value) << quantile;
  }
}

TEST(CoarseTimes, SmallValuesAreExactAndTheLargestHaveABucket) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{31}, std::uint64_t{32}, (std::uint64_t{1} << 37) - 1}) {
    Histogram one;
    one.record(value);
    CoarseTimes coarse;
    coarse.add(one);
    ASSERT_EQ(coarse.buckets().size(), 1u);
    EXPECT_LT(coarse.buckets()[0].first, CoarseTimes::kBuckets);
    EXPECT_NEAR(static_cast<double>(*coarse.percentile(0)), static_cast<double>(value), 0.035 * static_cast<double>(value)) << value;
  }
}

TEST(CoarseTimes, TooFewValuesSayNothing) {
  Histogram times;
  times.record(5, 99);
  CoarseTimes coarse;
  EXPECT_EQ(coarse.percentile(0.5), std::nullopt);
  coarse.add(times);
  EXPECT_EQ(coarse.percentile(0.99), std::nullopt);
  EXPECT_EQ(coarse.percentile(0.9), 5u);
}

TEST(CoarseTimes, MergingIsAddingUp) {
  Histogram a;
  Histogram b;
  for (std::uint64_t i = 0; i < 1000; ++i) (i % 3 == 0 ? a : b).record(i * 37);
  CoarseTimes one;
  one.add(a);
  one.add(b);
  CoarseTimes other;
  other.add(b);
  CoarseTimes merged;
  merged.add(a);
  merged.merge(other);
  EXPECT_EQ(one.buckets(), merged.buckets());
}

TEST(CoarseTimes, AsAHistogramTheyKeepTheirBuckets) {
  CoarseTimes times;
  for (const std::uint64_t value : {0, 1, 31, 32, 1'000, 1'001, 65'535, 1'000'000'000}) {
    Histogram one;
    one.record(value, 3);
    times.add(one);
  }
  CoarseTimes again;
  again.add(times.histogram());
  EXPECT_EQ(again.buckets(), times.buckets());
  for (const auto& [bucket, count] : times.buckets()) {
    EXPECT_EQ(CoarseTimes::width_at(CoarseTimes::lowest_in(bucket)), CoarseTimes::lowest_in(bucket + 1) - CoarseTimes::lowest_in(bucket));
  }
}

}  // namespace
}  // namespace loads::metrics
