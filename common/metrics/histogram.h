#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
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
  Histogram(Histogram&& other) noexcept;  // leaves `other` empty
  Histogram& operator=(const Histogram& other);
  Histogram& operator=(Histogram&& other) noexcept;
  ~Histogram() = default;

  void record(std::uint64_t microseconds, std::uint64_t times = 1);
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t min() const { return count_ == 0 ? 0 : min_; }  // exact; 0 when empty
  std::uint64_t max() const { return max_; }                    // exact; 0 when empty
  std::uint64_t sum() const { return sum_; }                    // exact below 2^64, where it stays
  double mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_); }  // exact

  // The value that `quantile` (0 to 1) of the recorded values do not exceed, to three digits and clamped to [min, max]; 0 when empty.
  std::uint64_t value_at(double quantile) const;

  // As value_at, but nothing when there are fewer than 1/(1-quantile) values: a p99 of ten values says nothing.
  std::optional<std::uint64_t> percentile(double quantile) const;

  // visit(value, count) of each bucket that is not empty, in their order; `value` is the lowest that it stands for.
  void for_each(auto&& visit) const {
    for (std::size_t octave = 0; octave < kOctaves; ++octave) {
      if (octaves_[octave] == nullptr) continue;
      octaves_[octave]->for_each([&](std::size_t slot, std::uint64_t count) { visit(lowest_in(octave * kOctaveSize + slot), count); });
    }
  }

  static std::uint64_t highest_like(std::uint64_t value) { return highest_in(index_of(value)); }  // of those in its bucket

  // HdrHistogram's own form, for its tools: what encode() has before our sum, min and max.
  std::vector<std::uint8_t> encode_for_hdr() const;

  // The sparse wire form: HdrHistogram's V2 encoding without compression (cookie 0x1c849303 with the word size, zigzag LEB128 counts with
  // runs of zeros), preceded by nothing and followed by our exact sum, min and max. decode() refuses what encode() cannot have made.
  std::vector<std::uint8_t> encode() const;
  static std::optional<Histogram> decode(std::span<const std::uint8_t> bytes);
  // encode() is no longer than this; worked out from the number of values alone, without a look at them. 160 KB at the very most.
  std::size_t most_encoded_bytes() const;

  std::size_t memory() const;  // bytes on the heap

  friend bool operator==(const Histogram& a, const Histogram& b);

 private:
  static constexpr std::size_t kOctaveSize = 1024;
  static constexpr std::size_t kOctaves = 28;  // two below 2048, then one for each further power of two
  static constexpr std::size_t kBuckets = kOctaves * kOctaveSize;
  static constexpr std::uint64_t kHighest = (std::uint64_t{1} << 37) - 1;
  struct Octave {
    std::array<std::uint64_t, kOctaveSize> counts{};
    std::array<std::uint64_t, kOctaveSize / 64> used{};  // a bit for each count that is not 0: most are in a second's histogram

    void add(std::size_t slot, std::uint64_t times) {
      counts[slot] += times;
      used[slot / 64] |= std::uint64_t{1} << slot % 64;
    }
    void for_each(auto&& visit) const {  // visit(slot, count) of those that are not 0, in their order
      for (std::size_t word = 0; word < used.size(); ++word) {
        for (std::uint64_t bits = used[word]; bits != 0; bits &= bits - 1) {
          const std::size_t slot = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
          visit(slot, counts[slot]);
        }
      }
    }
    friend bool operator==(const Octave&, const Octave&) = default;
  };

  static std::size_t index_of(std::uint64_t value);
  static std::uint64_t lowest_in(std::size_t index);
  static std::uint64_t highest_in(std::size_t index);
  static std::uint64_t add_saturating(std::uint64_t a, std::uint64_t b);
  static std::uint64_t multiply_saturating(std::uint64_t a, std::uint64_t b);

  Octave& allocate(std::size_t octave);
  void swap(Histogram& other) noexcept;
  void encode_counts(std::vector<std::uint8_t>& payload) const;
  bool decode_counts(std::span<const std::uint8_t> payload);
  class Bounds;

  std::array<std::unique_ptr<Octave>, kOctaves> octaves_;
  std::uint64_t count_ = 0;
  std::uint64_t sum_ = 0;
  std::uint64_t min_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t max_ = 0;
};

// In the way of every request and of every batch, hence inline.

// Values of 11 bits or fewer are their own index; of longer ones the upper 11 bits count, and each bit more is an octave further.
inline std::size_t Histogram::index_of(std::uint64_t value) {
  value = std::min(value, kHighest);
  const auto shift = static_cast<unsigned>(std::bit_width(value | 2047)) - 11;
  return shift * kOctaveSize + static_cast<std::size_t>(value >> shift);
}

inline std::uint64_t Histogram::lowest_in(std::size_t index) {
  const std::size_t octave = index / kOctaveSize;
  const std::size_t shift = octave < 2 ? 0 : octave - 1;
  return static_cast<std::uint64_t>(index - shift * kOctaveSize) << shift;
}

inline std::uint64_t Histogram::highest_in(std::size_t index) {
  return index + 1 == kBuckets ? std::numeric_limits<std::uint64_t>::max() : lowest_in(index + 1) - 1;
}

inline std::uint64_t Histogram::add_saturating(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_add_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max() : result;
}

inline std::uint64_t Histogram::multiply_saturating(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result = 0;
  return __builtin_mul_overflow(a, b, &result) ? std::numeric_limits<std::uint64_t>::max() : result;
}

inline void Histogram::record(std::uint64_t microseconds, std::uint64_t times) {
  if (times == 0) return;
  const std::size_t index = index_of(microseconds);
  Octave* octave = octaves_[index / kOctaveSize].get();
  if (octave == nullptr) [[unlikely]]
    octave = &allocate(index / kOctaveSize);
  octave->add(index % kOctaveSize, times);
  count_ += times;
  sum_ = add_saturating(sum_, multiply_saturating(microseconds, times));
  min_ = std::min(min_, microseconds);
  max_ = std::max(max_, microseconds);
}

}  // namespace loads::metrics
