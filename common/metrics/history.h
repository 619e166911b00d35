#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "common/metrics/slice.h"

namespace loads::metrics {

// Response times of a moment in few bytes: buckets of 3 % on either side, those that are not empty. Beside Histogram, which is exact and
// takes up to 200 KB: a run has one of these for each second.
class CoarseTimes {
 public:
  using Bucket = std::pair<std::uint16_t, std::uint64_t>;  // its index, and how many values are in it
  static constexpr std::uint16_t kBuckets = 16 * 35;       // up to 2^38 microseconds, as Histogram

  void add(const Histogram& times);
  void merge(const CoarseTimes& other);
  std::uint64_t count() const;
  std::uint64_t max() const { return max_; }  // microseconds, exact
  // As Histogram::percentile: nothing when there are too few values to say.
  std::optional<std::uint64_t> percentile(double quantile) const;

  const std::vector<Bucket>& buckets() const { return buckets_; }  // in their order
  static std::uint64_t lowest_in(std::uint16_t bucket);            // microseconds; the bucket ends before lowest_in(bucket + 1)
  static std::uint64_t width_at(std::uint64_t microseconds);       // of the bucket of that value
  Histogram histogram() const;                                     // the same values, each at the middle of its bucket
  static CoarseTimes of(std::vector<Bucket> buckets, std::uint64_t max);

 private:
  void add(std::uint16_t bucket, std::uint64_t count);

  std::vector<Bucket> buckets_;
  std::uint64_t max_ = 0;
};

// How a run went, from second 0 on. When there are more seconds than windows, windows become twice as wide, as often as need be: a run of
// any length takes the same. A pure value; what is added may come in any order.
class History {
 public:
  struct Window {
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0;
    std::uint64_t errors = 0;  // test runs
    std::uint64_t failures = 0;
    std::uint64_t user_milliseconds = 0;  // how long users were at work, all of them together
    CoarseTimes response_times;           // of the answers with a status below 400

    void add(const Slice& slice);
    void merge(const Window& other);
  };

  static constexpr std::size_t kMostWindows = 3600;

  // What `slices` have measured from one time to another, since the start of the run, with so many users at work. They were so all
  // that time; what was measured stands at the middle of it, or, when it took two windows or more, is spread over them, evenly, since
  // nobody knows better.
  void add(Nanoseconds from, Nanoseconds to, std::uint32_t users, const std::vector<Slice>& slices);

  bool empty() const { return windows_.empty(); }
  std::chrono::seconds width() const { return width_; }
  const std::vector<Window>& windows() const { return windows_; }  // from second 0 on, without holes
  double users(const Window& window) const;                        // on average

  static History of(std::chrono::seconds width, std::vector<Window> windows);

 private:
  void widen();
  Window& at(Nanoseconds time);
  void add_users(Nanoseconds from, Nanoseconds to, std::uint32_t users);
  void spread(Nanoseconds from, Nanoseconds to, const Window& whole);
  void for_each_part(Nanoseconds from, Nanoseconds to, const std::function<void(Nanoseconds, Nanoseconds)>& visit);

  std::chrono::seconds width_{1};
  std::vector<Window> windows_;
};

}  // namespace loads::metrics
