#include "common/metrics/events.h"

#include <numeric>

namespace loads::metrics {
namespace {

// What has a status, or a time, has been answered.
std::uint64_t events_of(const RequestStats& stats) {
  return stats.answered + stats.connections + std::accumulate(stats.errors.begin(), stats.errors.end(), std::uint64_t{0});
}

std::uint64_t events_of(const SocketStats& stats) {
  return stats.opened + stats.closed + stats.messages_sent + stats.messages_received + stats.failed();
}

}  // namespace

std::uint64_t events_of(const Slice& slice) {
  std::uint64_t events = events_of(slice.sockets) + std::accumulate(slice.outcomes.begin(), slice.outcomes.end(), std::uint64_t{0});
  for (const auto& [name, stats] : slice.requests) events += events_of(stats);
  for (const auto& [name, trend] : slice.trends) events += trend.count();
  for (const auto& [name, check] : slice.checks) events += check.passed + check.failed;
  for (const auto& [status, count] : slice.unread_statuses) events += count;
  return events + slice.problems.count() + slice.arrivals.begun() + slice.arrivals.missed;
}

}  // namespace loads::metrics
