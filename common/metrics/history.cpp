#include "common/metrics/history.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace loads::metrics {
namespace {

// Values below 32 have a bucket each; each further power of two is cut into 16.
std::uint16_t bucket_of(std::uint64_t value) {
  value = std::min<std::uint64_t>(value, (std::uint64_t{1} << 38) - 1);
  const auto shift = static_cast<unsigned>(std::bit_width(value | 31)) - 5;
  return static_cast<std::uint16_t>(shift * 16 + (value >> shift));
}

unsigned shift_of(std::uint16_t bucket) { return bucket < 32 ? 0 : bucket / 16U - 1; }

// Of `count` things that are spread over a time: those between two shares of it (0 to 1). `phase` (below 1) says where the first one is, so
// that not every single one is at the end.
std::uint64_t between(std::uint64_t count, double from, double to, double phase = 0) {
  const auto until = [&](double share) { return static_cast<std::uint64_t>(static_cast<double>(count) * share + phase); };
  return until(to) - until(from);
}

CoarseTimes between(const CoarseTimes& times, double from, double to) {
  constexpr double kGolden = 0.6180339887498949;
  std::vector<CoarseTimes::Bucket> buckets;
  double phase = 0;
  for (const auto& [bucket, count] : times.buckets()) {
    if (const auto part = between(count, from, to, phase); part > 0) buckets.emplace_back(bucket, part);
    phase += phase + kGolden < 1 ? kGolden : kGolden - 1;
  }
  const std::uint64_t max = buckets.empty() ? 0 : times.max();
  return CoarseTimes::of(std::move(buckets), max);
}

History::Window between(const History::Window& whole, double from, double to) {
  History::Window part;
  part.answered = between(whole.answered, from, to);
  part.unanswered = between(whole.unanswered, from, to);
  part.errors = between(whole.errors, from, to);
  part.failures = between(whole.failures, from, to);
  part.response_times = between(whole.response_times, from, to);
  return part;
}

std::uint64_t middle_of(std::uint16_t bucket) { return CoarseTimes::lowest_in(bucket) + (std::uint64_t{1} << shift_of(bucket)) / 2; }

}  // namespace

std::uint64_t CoarseTimes::lowest_in(std::uint16_t bucket) {
  const unsigned shift = shift_of(bucket);
  return static_cast<std::uint64_t>(bucket - shift * 16) << shift;
}

std::uint64_t CoarseTimes::width_at(std::uint64_t microseconds) { return std::uint64_t{1} << shift_of(bucket_of(microseconds)); }

Histogram CoarseTimes::histogram() const {
  Histogram histogram;
  for (const auto& [bucket, count] : buckets_) histogram.record(middle_of(bucket), count);
  return histogram;
}

void CoarseTimes::add(std::uint16_t bucket, std::uint64_t count) {
  if (count == 0) return;
  const auto place = std::lower_bound(buckets_.begin(), buckets_.end(), bucket,
                                      [](const Bucket& one, std::uint16_t wanted) { return one.first < wanted; });
  if (place != buckets_.end() && place->first == bucket) {
    place->second += count;
  } else {
    buckets_.emplace(place, bucket, count);
  }
}

// For each batch of each agent, hence neighbours in one go.
void CoarseTimes::add(const Histogram& times) {
  std::uint16_t current = 0;
  std::uint64_t end = 0;  // of the values in it
  std::uint64_t sum = 0;
  times.for_each([&](std::uint64_t value, std::uint64_t count) {
    if (value >= end) {
      add(current, std::exchange(sum, 0));
      current = bucket_of(value);
      end = lowest_in(current + 1);
    }
    sum += count;
  });
  add(current, sum);
  max_ = std::max(max_, times.max());
}

void CoarseTimes::merge(const CoarseTimes& other) {
  for (const auto& [bucket, count] : other.buckets_) add(bucket, count);
  max_ = std::max(max_, other.max_);
}

std::uint64_t CoarseTimes::count() const {
  return std::accumulate(buckets_.begin(), buckets_.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Bucket& bucket) { return sum + bucket.second; });
}

std::optional<std::uint64_t> CoarseTimes::percentile(double quantile) const {
  const std::uint64_t all = count();
  if (all == 0 || static_cast<double>(all) * (1 - quantile) < 1 - 1e-9) return {};
  const auto wanted = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(all) - 1e-9));
  std::uint64_t so_far = 0;
  for (const auto& [bucket, count] : buckets_) {
    so_far += count;
    if (so_far >= wanted) return std::min(middle_of(bucket), max_);
  }
  return max_;
}

CoarseTimes CoarseTimes::of(std::vector<Bucket> buckets, std::uint64_t max) {
  CoarseTimes times;
  times.buckets_ = std::move(buckets);
  times.max_ = max;
  return times;
}

void History::Window::add(const Slice& slice) {
  for (const auto& [name, stats] : slice.requests) {
    answered += stats.answered;
    unanswered += stats.unanswered();
    response_times.add(stats.response_times);
  }
  errors += slice.runs(Outcome::error);
  failures += slice.runs(Outcome::failure);
}

void History::Window::merge(const Window& other) {
  answered += other.answered;
  unanswered += other.unanswered;
  errors += other.errors;
  failures += other.failures;
  user_milliseconds += other.user_milliseconds;
  response_times.merge(other.response_times);
}

void History::add(Nanoseconds from, Nanoseconds to, std::uint32_t users, const std::vector<Slice>& slices) {
  from = std::max(from, Nanoseconds(0));
  to = std::max(to, from);
  add_users(from, to, users);
  const bool is_long = to - from >= 2 * width_;
  Window long_one;
  Window& window = is_long ? long_one : at(from + (to - from) / 2);
  for (const Slice& slice : slices) {
    if (!slice.warm_up) window.add(slice);
  }
  if (is_long) spread(from, to, long_one);
}

// To each window the time that is its own: in none are there more users than there were.
void History::add_users(Nanoseconds from, Nanoseconds to, std::uint32_t users) {
  if (users == 0) return;
  for_each_part(from, to, [&](Nanoseconds begin, Nanoseconds end) {
    // So that short intervals, one after another, lose nothing.
    const auto time = std::chrono::floor<std::chrono::milliseconds>(end) - std::chrono::floor<std::chrono::milliseconds>(begin);
    at(begin).user_milliseconds += users * static_cast<std::uint64_t>(time.count());
  });
}

History::Window& History::at(Nanoseconds time) {
  while (time / width_ >= static_cast<Nanoseconds::rep>(kMostWindows)) widen();
  const auto index = static_cast<std::size_t>(time / width_);
  if (index >= windows_.size()) windows_.resize(index + 1);
  return windows_[index];
}

void History::for_each_part(Nanoseconds from, Nanoseconds to, const std::function<void(Nanoseconds, Nanoseconds)>& visit) {
  if (from < to) at(to - Nanoseconds(1));  // as wide as need be, before it is cut
  for (Nanoseconds begin = from; begin < to;) {
    const Nanoseconds left = width_ - begin % width_;  // of its window
    const Nanoseconds end = to - begin > left ? begin + left : to;
    visit(begin, end);
    begin = end;
  }
}

void History::spread(Nanoseconds from, Nanoseconds to, const Window& whole) {
  const auto share = [&](Nanoseconds time) {
    return static_cast<double>((time - from).count()) / static_cast<double>((to - from).count());
  };
  for_each_part(from, to, [&](Nanoseconds begin, Nanoseconds end) { at(begin).merge(between(whole, share(begin), share(end))); });
}

void History::widen() {
  width_ *= 2;
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    if (i % 2 == 1) {
      windows_[i / 2].merge(windows_[i]);
    } else if (i > 0) {
      windows_[i / 2] = std::move(windows_[i]);
    }
  }
  windows_.resize((windows_.size() + 1) / 2);
}

double History::users(const Window& window) const {
  return static_cast<double>(window.user_milliseconds) / static_cast<double>(std::chrono::milliseconds(width_).count());
}

History History::of(std::chrono::seconds width, std::vector<Window> windows) {
  History history;
  history.width_ = width;
  history.windows_ = std::move(windows);
  return history;
}

}  // namespace loads::metrics
