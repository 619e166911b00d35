#include "common/thresholds/watch.h"

#include <algorithm>
#include <utility>

namespace loads::thresholds {
namespace {

constexpr std::int64_t kMostBuckets = 60;  // that a window is made of

std::int64_t at_least_one(std::int64_t count) { return std::max<std::int64_t>(count, 1); }

}  // namespace

Watch::Watched::Watched(Threshold one) : threshold(std::move(one)) {
  const auto seconds = at_least_one(std::chrono::ceil<std::chrono::seconds>(threshold.window).count());
  bucket = std::chrono::seconds(at_least_one((seconds + kMostBuckets - 1) / kMostBuckets));
  buckets = (seconds + bucket.count() - 1) / bucket.count();
}

Watch::Watch(const std::vector<Threshold>& thresholds) {
  for (const Threshold& threshold : thresholds) watched_.emplace_back(threshold);
}

Watch::Time Watch::width_of(const Threshold& threshold) {
  const Watched watched(threshold);
  return watched.bucket * watched.buckets;
}

void Watch::add(Time from, Time to, const std::vector<metrics::Slice>& slices) {
  from = std::max(from, Time(0));
  to = std::max(from, to);
  newest_ = std::max(newest_, to);
  const Time middle = from + (to - from) / 2;
  for (Watched& watched : watched_) watched.add(middle, slices);
}

void Watch::Watched::add(Time middle, const std::vector<metrics::Slice>& slices) {
  Sample sample;
  for (const metrics::Slice& slice : slices) {
    if (!slice.warm_up) sample.add(threshold, slice);
  }
  if (!sample.found) return;
  seen = true;
  samples[middle / bucket].merge(sample);
}

void Watch::begin_at(Time time) { begin_ = std::max(begin_, time); }

std::optional<Result> Watch::crossed(Time known) {
  known = std::max(known, newest_ - kPatience);
  for (Watched& watched : watched_) {
    if (auto result = watched.look(known, begin_)) return result;
  }
  return {};
}

// A target that hangs answers nothing. A name that never came may be misspelt.
bool Watch::Watched::silence_is_data() const {
  return (threshold.metric == Metric::hits || threshold.metric == Metric::rate) && (seen || threshold.name.empty());
}

std::optional<Result> Watch::Watched::look(Time known, Time begin) {
  const std::int64_t end = known / bucket;
  const std::int64_t first = end - buckets;
  samples.erase(samples.begin(), samples.lower_bound(first));
  if (first < 0 || first * bucket < begin) return {};
  Sample sum;
  for (auto one = samples.begin(); one != samples.lower_bound(end); ++one) sum.merge(one->second);
  sum.found = sum.found || silence_is_data();
  const auto value = sum.value(threshold, bucket * buckets);
  if (!value || !holds(*value, threshold.comparison, threshold.limit)) return {};
  return Result{threshold, true, value, {}};
}

}  // namespace loads::thresholds
