#include "common/metrics/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

namespace loads::metrics {
namespace {

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (const auto value : values) histogram.record(value);
  return histogram;
}

// Values of every order of magnitude up to 2^36.
std::vector<std::uint64_t> random_values(std::uint32_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(random() >> (28 + random() % 36));
  return values;
}

std::vector<std::uint64_t> one_to(std::uint64_t last) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t value = 1; value <= last; ++value) values.push_back(value);
  return values;
}

TEST(Histogram, AnEmptyOneSaysNothing) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0u);
  EXPECT_EQ(histogram.min(), 0u);
  EXPECT_EQ(histogram.max(), 0u);
  EXPECT_EQ(histogram.mean(), 0.0);
  EXPECT_EQ(histogram.value_at(0.5), 0u);
  EXPECT_EQ(histogram.percentile(0.5), std::nullopt);
}

TEST(Histogram, KeepsCountSumMinMaxAndMeanExactly) {
  const auto histogram = histogram_of({1'234'567, 3, 999'999'999});
  EXPECT_EQ(histogram.count(), 3u);
  EXPECT_EQ(histogram.sum(), 1'001'234'569u);
  EXPECT_EQ(histogram.min(), 3u);
  EXPECT_EQ(histogram.max(), 999'999'999u);
  EXPECT_DOUBLE_EQ(histogram.mean(), 1'001'234'569 / 3.0);
}

TEST(Histogram, ValuesBelow2048AreExact) {
  const auto histogram = histogram_of(one_to(2000));
  EXPECT_EQ(histogram.value_at(0.5), 1000u);
  EXPECT_EQ(histogram.value_at(0.9), 1800u);
  EXPECT_EQ(histogram.value_at(0.999), 1998u);
}

TEST(Histogram, APercentileThatIsAWholeRankTakesThatRank) {
  const auto histogram = histogram_of(one_to(100));
  for (std::uint64_t percent = 1; percent <= 100; ++percent) {
    EXPECT_EQ(histogram.value_at(static_cast<double>(percent) / 100), percent);
  }
}

TEST(Histogram, AnyPercentileIsWithinThreeDigitsOfTheSortedValues) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    auto values = random_values(seed, 5000);
    const auto histogram = histogram_of(values);
    std::sort(values.begin(), values.end());
    for (const double quantile : {0.0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0}) {
      const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(quantile * 5000 - 1e-6)));
      const auto exact = static_cast<double>(values[rank - 1]);
      EXPECT_GE(static_cast<double>(histogram.value_at(quantile)), exact) << "seed " << seed << ", quantile " << quantile;
      EXPECT_LE(static_cast<double>(histogram.value_at(quantile)), exact * 1.001) << "seed " << seed << ", quantile " << quantile;
    }
  }
}

TEST(Histogram, PercentilesStayWithinMinAndMax) {
  const auto histogram = histogram_of({60'999, 60'999, 61'001, 61'001});
  EXPECT_EQ(histogram.value_at(0.0), 60'999u);
  EXPECT_EQ(histogram.value_at(0.5), 61'001u) << "both lie in one bucket, whose end is cut at the maximum";
  EXPECT_EQ(histogram.value_at(1.0), 61'001u);
  EXPECT_EQ(histogram.value_at(7.0), 61'001u);
  EXPECT_EQ(histogram.value_at(-1.0), 60'999u);
  EXPECT_EQ(histogram.value_at(std::nan("")), 60'999u);
}

TEST(Histogram, APercentileNeedsEnoughValuesBehindIt) {
  EXPECT_EQ(histogram_of(one_to(1)).percentile(0.5), std::nullopt);
  EXPECT_EQ(histogram_of(one_to(2)).percentile(0.5), 1u);
  EXPECT_EQ(histogram_of(one_to(99)).percentile(0.99), std::nullopt);
  EXPECT_EQ(histogram_of(one_to(100)).percentile(0.99), 99u);
  EXPECT_EQ(histogram_of(one_to(999)).percentile(0.999), std::nullopt);
  EXPECT_EQ(histogram_of(one_to(1000)).percentile(0.999), 999u);
}

TEST(Histogram, LongerThanTheRangeCountsInTheLastBucketAndIsKeptInMax) {
  const std::uint64_t three_days = 259'200'000'000;
  const auto histogram = histogram_of({5, 5, three_days});
  EXPECT_EQ(histogram.count(), 3u);
  EXPECT_EQ(histogram.max(), three_days);
  EXPECT_EQ(histogram.value_at(1.0), three_days);
  EXPECT_EQ(histogram.sum(), three_days + 10);
}

TEST(Histogram, TheSumStopsAtTheEndOfItsRange) {
  Histogram histogram;
  histogram.record(UINT64_MAX, 2);
  histogram.record(1);
  EXPECT_EQ(histogram.sum(), UINT64_MAX);
  EXPECT_EQ(histogram.count(), 3u);
}

TEST(Histogram, RecordingManyTimesEqualsRecordingOneByOne) {
  Histogram at_once;
  at_once.record(4711, 3);
  at_once.record(12, 0);
  EXPECT_EQ(at_once, histogram_of({4711, 4711, 4711}));
}

TEST(Histogram, MergingIsExactInAnyOrder) {
  const auto a = random_values(1, 1000);
  const auto b = random_values(2, 10);
  const auto c = random_values(3, 300);
  auto values = a;
  values.insert(values.end(), b.begin(), b.end());
  values.insert(values.end(), c.begin(), c.end());
  const auto whole = histogram_of(values);

  std::vector<Histogram> parts = {histogram_of(a), histogram_of(b), histogram_of(c), Histogram()};
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    Histogram merged;
    for (const auto i : order) merged.merge(parts[i]);
    EXPECT_EQ(merged, whole);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Histogram, DifferentValuesAreUnequal) {
  EXPECT_NE(histogram_of({1, 4}), histogram_of({2, 3}));
  EXPECT_NE(histogram_of({1, 4, 4, 7}), histogram_of({1, 3, 5, 7}));
  EXPECT_NE(histogram_of({1}), Histogram());
}

TEST(Histogram, ACopyIsIndependent) {
  const auto original = histogram_of({10, 5000});
  auto copy = original;
  copy.record(10);
  EXPECT_EQ(original, histogram_of({10, 5000}));
  EXPECT_EQ(copy, histogram_of({10, 10, 5000}));
  copy = original;
  EXPECT_EQ(copy, original);
}

TEST(Histogram, AMovedFromOneIsEmptyAndUsable) {
  auto original = histogram_of({10, 5000});
  const auto moved = std::move(original);
  EXPECT_EQ(moved, histogram_of({10, 5000}));
  EXPECT_EQ(original, Histogram());  // NOLINT(bugprone-use-after-move): that is what is tested
  original.record(7);
  EXPECT_EQ(original.value_at(1.0), 7u);
}

}  // namespace
}  // namespace loads::metrics
