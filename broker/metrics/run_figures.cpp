#include "broker/metrics/run_figures.h"

#include "proto/trust.h"

namespace loads::broker {
namespace {

constexpr double kMicroseconds = 1e6;

}  // namespace

// A bucket of the histogram, which is 0.1 % wide, belongs to a bound as a whole when it begins within it.
void RequestFigures::add(const metrics::RequestStats& stats) {
  stats.response_times.for_each([&](std::uint64_t value, std::uint64_t times) {
    for (std::size_t i = kBounds.size(); i-- > 0 && static_cast<double>(value) <= kBounds[i] * kMicroseconds;) within[i] += times;
  });
  count += stats.response_times.count();
  microseconds += stats.response_times.sum();
  for (const auto& [status, times] : stats.statuses) statuses[status] += times;
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += stats.errors[i];
  connections += stats.connections;
  bytes_sent += stats.bytes_sent;
  bytes_received += stats.bytes_received;
}

void RequestFigures::merge(const RequestFigures& other) {
  for (std::size_t i = 0; i < within.size(); ++i) within[i] += other.within[i];
  count += other.count;
  microseconds += other.microseconds;
  for (const auto& [status, times] : other.statuses) statuses[status] += times;
  for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += other.errors[i];
  connections += other.connections;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
}

RunFigures figures_of(const proto::RunStatus& status, const metrics::Totals& totals) {
  const metrics::Slice& all = totals.all();
  RunFigures figures;
  figures.run = status.run;
  figures.test = status.plan.test;
  figures.state = to_string(status.state);
  figures.submitted = status.submitted;
  figures.validity = proto::trust_in(status, all).validity;
  figures.users = proto::is_over(status.state) ? 0 : status.users();
  for (const auto& [name, stats] : all.requests) figures.requests[name].add(stats);
  figures.outcomes = all.outcomes;
  figures.sockets_opened = all.sockets.opened;
  figures.messages_sent = all.sockets.messages_sent;
  figures.messages_received = all.sockets.messages_received;
  return figures;
}

}  // namespace loads::broker
