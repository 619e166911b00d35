#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace loads::metrics {

// A histogram of durations in microseconds with three significant digits, from 1 us to about 38 hours (2^37 us); longer values are
// counted in the last bucket and kept exactly in max().
//
// The buckets are HdrHistogram's (http://hdrhistogram.org): values below 2048 have a bucket each, every further power of two is cut into
// 1024. Counts are integers, so merging is exact and its order does not matter. Memory is taken by the octave (8 KiB), when a value falls
// into it. A value belongs to one thread at a time.
class Histogram {
 public:
  Histogram() = default;
  Histogram(const Histogram& other);
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(const Histogram& other);
  Histogram& operator=(Histogram&&) noexcept = default;

  void record(std::uint64_t microseconds, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }   // exact; 0 when empty
  std::uint64_t max() const { return max_; }                     // exact; 0 when empty
  double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_); }  // exact

  // The value that `quantile` (0 to 1) of the recorded values do not exceed, to three digits and clamped to [min, max]; 0 when empty.
  std::uint64_t value_at(double quantile) const;

  // As value_at, but nothing when there are fewer than 1/(1-quantile) values: a p99 of ten values says nothing.
  std::optional<std::uint64_t> percentile(double quantile) const;

  // The sparse wire form: HdrHistogram's V2 encoding without compression (cookie 0x1c849303, zigzag LEB128 counts with runs of zeros),
  // preceded by nothing and followed by our exact sum, min and max. decode() refuses what encode() cannot have made.
  std::vector<std::uint8_t> encode() const;
  static std::optional<Histogram> decode(std::span<const std::uint8_t> bytes);

  friend bool operator==(const Histogram& a, const Histogram& b);
};

}  // namespace loads::metrics
