#include "common/metrics/slice.h"

#include <algorithm>

namespace loads::metrics {

namespace {

// Wraps round where it leaves the range, in any order of merging alike; a signed sum would be undefined.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

}  // namespace

RequestStats Slice::all_requests() const {
  RequestStats all;
  for (const auto& [name, stats] : requests) all.merge(stats);
  return all;
}

std::uint64_t Slice::hits() const {
  std::uint64_t answered = 0;
  for (const auto& [name, stats] : requests) answered += stats.answered;
  return answered;
}

bool Slice::empty() const {
  const bool no_runs = std::all_of(outcomes.begin(), outcomes.end(), [](std::uint64_t count) { return count == 0; });
  return no_runs && requests.empty() && counters.empty() && trends.empty() && checks.empty() && problems.empty() &&
         unread_statuses.empty() && sockets.empty() && arrivals.empty() && exemplars.empty();
}

void Slice::merge(const Slice& other) {
  merge_figures(other);
  exemplars.merge(other.exemplars);
}

void Slice::merge_figures(const Slice& other) {
  for (const auto& [name, stats] : other.requests) entry(requests, name).merge(stats);
  for (const auto& [name, count] : other.counters) {
    std::int64_t& ours = entry(counters, name);
    ours = sum(ours, count);
  }
  for (const auto& [name, values] : other.trends) entry(trends, name).merge(values);
  for (const auto& [name, check] : other.checks) {
    CheckStats& ours = entry(checks, name);
    ours.passed += check.passed;
    ours.failed += check.failed;
  }
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[i] += other.outcomes[i];
  problems.merge(other.problems);
  for (const auto& [status, count] : other.unread_statuses) unread_statuses[status] += count;
  sockets.merge(other.sockets);
  arrivals.merge(other.arrivals);
}

}  // namespace loads::metrics
