#include "common/compare/block_length.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace loads::compare {
namespace {

std::vector<double> series_with(double memory, std::size_t count) {
  std::mt19937_64 random(7);
  std::vector<double> series;
  double value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    // A sum of twelve even ones is nearly normal, and the same everywhere.
    double noise = -6;
    for (int k = 0; k < 12; ++k) noise += static_cast<double>(random() >> 11) * 0x1p-53;
    value = memory * value + noise;
    series.push_back(value);
  }
  return series;
}

TEST(BlockLength, LongMemoryTakesLongBlocks) {
  const Blocks none = blocks_of(series_with(0, 1000));
  const Blocks some = blocks_of(series_with(0.5, 1000));
  const Blocks much = blocks_of(series_with(0.9, 1000));
  EXPECT_EQ(none.length, 10);  // the cube root
  // An autoregressive process takes (1.5 * (2 r / (1 - r * r))^2 * n)^(1/3): 14 and 51.
  EXPECT_NEAR(some.length, 14, 5);
  EXPECT_NEAR(much.length, 51, 20);
  EXPECT_LT(none.missing, 0.05);
  EXPECT_GT(much.missing, 0.05);
}

TEST(BlockLength, AThirdOfTheSeriesIsTheMost) {
  std::vector<double> trend;
  for (int i = 0; i < 60; ++i) trend.push_back(i);
  EXPECT_LE(blocks_of(trend).length, 20);
  EXPECT_GE(blocks_of(trend).length, 10);
}

TEST(BlockLength, NothingToLearnIsNoTrouble) {
  for (const std::size_t count : {0, 1, 2, 7, 8, 100}) {
    const Blocks blocks = blocks_of(std::vector<double>(count, 3.5));
    EXPECT_GE(blocks.length, 1) << count;
    EXPECT_LE(blocks.length, 5) << count;
    EXPECT_EQ(blocks.missing, 0) << count;
  }
}

TEST(BlockLength, SeriesThatGoToAndFroAreFinite) {
  std::vector<double> wave;
  for (int i = 0; i < 100; ++i) wave.push_back(i % 2 == 0 ? 1 : -1);
  const Blocks blocks = blocks_of(wave);
  EXPECT_TRUE(std::isfinite(blocks.length));
  EXPECT_GE(blocks.length, 1);
  EXPECT_LE(blocks.length, 34);
}

}  // namespace
}  // namespace loads::compare
