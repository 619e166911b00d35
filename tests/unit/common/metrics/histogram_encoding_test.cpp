#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "common/metrics/histogram.h"

namespace loads::metrics {
namespace {

using Bytes = std::vector<std::uint8_t>;

Histogram histogram_of(const std::vector<std::uint64_t>& values) {
  Histogram histogram;
  for (const auto value : values) histogram.record(value);
  return histogram;
}

// The bytes around `payload`, as the format prescribes them.
Bytes message(const Bytes& payload, const Bytes& trailer) {
  Bytes bytes = {0x1c, 0x84, 0x93, 0x13, 0,    0,    0,    static_cast<std::uint8_t>(payload.size()),
                 0,    0,    0,    0,    0,    0,    0,    3,
                 0,    0,    0,    0,    0,    0,    0,    1,
                 0,    0,    0,    0x1f, 0xff, 0xff, 0xff, 0xff,
                 0x3f, 0xf0, 0,    0,    0,    0,    0,    0};
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  bytes.insert(bytes.end(), trailer.begin(), trailer.end());
  return bytes;
}

Bytes trailer(std::uint8_t sum, std::uint8_t min, std::uint8_t max) {
  return {0, 0, 0, 0, 0, 0, 0, sum, 0, 0, 0, 0, 0, 0, 0, min, 0, 0, 0, 0, 0, 0, 0, max};
}

TEST(HistogramEncoding, IsHdrHistogramsFormByteForByte) {
  // Three empty buckets, 3 occurs twice, an empty bucket, 5 occurs 100 times.
  Histogram histogram;
  histogram.record(3, 2);
  histogram.record(5, 100);
  const Bytes expected =
      message({0x05, 0x04, 0x00, 0xc8, 0x01}, {0, 0, 0, 0, 0, 0, 1, 0xfa, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 5});
  EXPECT_EQ(histogram.encode(), expected);
  EXPECT_EQ(Histogram::decode(expected), histogram);
}

TEST(HistogramEncoding, AnEmptyOneIsASingleZero) {
  EXPECT_EQ(Histogram().encode(), message({0}, trailer(0, 0, 0)));
  EXPECT_EQ(Histogram::decode(Histogram().encode()), Histogram());
}

TEST(HistogramEncoding, RoundTripsRandomValues) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 200; ++round) {
    Histogram histogram;
    for (auto values = random() % 300; values > 0; --values)
      histogram.record(random() >> (random() % 64), random() >> (16 + random() % 48) >> 9);
    const auto decoded = Histogram::decode(histogram.encode());
    ASSERT_TRUE(decoded.has_value()) << "round " << round;
    EXPECT_EQ(*decoded, histogram) << "round " << round;
  }
}

TEST(HistogramEncoding, IsSparse) { EXPECT_LT(histogram_of({1, 3600'000'000}).encode().size(), 72u); }

TEST(HistogramEncoding, MutatedBytesAreRefusedOrMeanWhatTheySay) {
  std::mt19937_64 random(7);
  const Bytes good = histogram_of({0, 1, 1, 2047, 2048, 61'000, 61'001, 61'001, 400'000'000'000}).encode();
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = good;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 8));
    const auto decoded = Histogram::decode(bytes);
    if (!decoded) continue;
    ++accepted;
    EXPECT_EQ(decoded->encode(), bytes);
    EXPECT_LE(decoded->min(), decoded->max());
  }
  EXPECT_LT(accepted, 4000) << "most mutations break the form";
}

TEST(HistogramEncoding, EveryTruncationIsRefused) {
  const Bytes good = histogram_of({5, 700, 61'000}).encode();
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(Histogram::decode(std::span(good).first(size)), std::nullopt) << size;
  }
}

TEST(HistogramEncoding, WhatEncodeCannotHaveMadeIsRefused) {
  ASSERT_TRUE(Histogram::decode(message({0x03, 0x04}, trailer(4, 2, 2))));
  struct Case {
    const char* why;
    Bytes bytes;
  };
  const Case cases[] = {
      {"a number longer than needed", message({0x83, 0x00, 0x04}, trailer(4, 2, 2))},
      {"a run of zeros in two pieces", message({0x00, 0x00, 0x04}, trailer(4, 2, 2))},
      {"zeros after the last value", message({0x03, 0x04, 0x00}, trailer(4, 2, 2))},
      {"a number cut off", message({0x03, 0x84}, trailer(4, 2, 2))},
      {"a sum too small", message({0x03, 0x04}, trailer(3, 2, 2))},
      {"a sum too large", message({0x03, 0x04}, trailer(5, 2, 2))},
      {"a minimum in another bucket", message({0x03, 0x04}, trailer(4, 1, 2))},
      {"a maximum in another bucket", message({0x03, 0x04}, trailer(4, 2, 3))},
      {"one value that is both 3600 and 3601",
       message({0x8f, 0x2c, 0x02}, {0, 0, 0, 0, 0, 0, 0x0e, 0x10, 0, 0, 0, 0, 0, 0, 0x0e, 0x10, 0, 0, 0, 0, 0, 0, 0x0e, 0x11})},
      {"an empty one with a sum", message({0x00}, trailer(1, 0, 0))},
      {"an empty one with a maximum", message({0x03}, trailer(0, 0, 1))},
      {"nothing at all", message({}, trailer(0, 0, 0))},
      {"a run of zeros beyond the last bucket", message({0xff, 0xff, 0xff, 0x7f, 0x04}, trailer(4, 2, 2))},
      {"the smallest number there is", message({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x04}, trailer(4, 2, 2))},
      {"more values than any run has", message({0x03, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, trailer(4, 2, 2))},
  };
  for (const auto& [why, bytes] : cases) EXPECT_EQ(Histogram::decode(bytes), std::nullopt) << why;
}

TEST(HistogramEncoding, AForgedLengthIsRefused) {
  Bytes bytes = message({0x03, 0x04}, trailer(4, 2, 2));
  std::fill(bytes.begin() + 4, bytes.begin() + 8, std::uint8_t{0xff});
  EXPECT_EQ(Histogram::decode(bytes), std::nullopt);
}

}  // namespace
}  // namespace loads::metrics
