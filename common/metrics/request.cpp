#include "common/metrics/request.h"

#include <numeric>

namespace loads::metrics {
namespace {

// Stays at the end of the range: 100,000 users who wait all day come near it.
void add(Nanoseconds& sum, Nanoseconds time) {
  Nanoseconds::rep total = 0;
  sum = __builtin_add_overflow(sum.count(), time.count(), &total) ? Nanoseconds::max() : Nanoseconds(total);
}

}  // namespace

std::uint64_t to_microseconds(Nanoseconds time) { return time.count() <= 0 ? 0 : (static_cast<std::uint64_t>(time.count()) + 500) / 1000; }

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::dns: return "dns";
    case Phase::connect: return "connect";
    case Phase::tls: return "tls";
    case Phase::send: return "send";
    case Phase::wait: return "wait";
    case Phase::receive: return "receive";
  }
  return "unknown";
}

std::string_view to_string(RequestError error) {
  switch (error) {
    case RequestError::none: return "no error";
    case RequestError::invalid_url: return "invalid URL";
    case RequestError::resolve: return "cannot resolve the name";
    case RequestError::connect_refused: return "connection refused";
    case RequestError::connect_timeout: return "connecting timed out";
    case RequestError::connect_failed: return "cannot connect";
    case RequestError::tls: return "TLS handshake failed";
    case RequestError::timeout: return "timed out";
    case RequestError::closed: return "connection closed";
    case RequestError::bad_answer: return "malformed answer";
    case RequestError::no_descriptors: return "out of file descriptors";
    case RequestError::no_ports: return "out of local ports";
    case RequestError::cancelled: return "cancelled";
    case RequestError::not_allowed: return "not allowed to connect there";
    case RequestError::proxy: return "refused by the proxy";
    case RequestError::no_local_address: return "no usable local address";
    case RequestError::stream_reset: return "stream reset";
    case RequestError::going_away: return "server going away";
  }
  return "unknown";
}

std::string_view to_string(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::target: return "target";
    case ErrorClass::test: return "test";
    case ErrorClass::generator: return "generator";
  }
  return "unknown";
}

ErrorClass class_of(RequestError error) {
  switch (error) {
    case RequestError::invalid_url: return ErrorClass::test;
    case RequestError::no_descriptors:
    case RequestError::no_ports:
    case RequestError::cancelled:
    case RequestError::not_allowed:
    case RequestError::no_local_address: return ErrorClass::generator;
    default: return ErrorClass::target;
  }
}

void RequestStats::add(const RequestRecord& record, bool scheduled) {
  connections += record.new_connection ? 1 : 0;
  bytes_sent += record.bytes_sent;
  bytes_received += record.bytes_received;
  if (record.error != RequestError::none) {
    ++errors[static_cast<std::size_t>(record.error)];
    return;
  }
  ++answered;
  ++statuses[record.status];
  answered_time += record.delay + record.total;
  for (std::size_t i = 0; i < kPhases; ++i) phase_time[i] += record.phases[i];
  if (record.status >= 400) return;
  response_times.record(to_microseconds(record.delay + record.total));
  if (scheduled) service_times.record(to_microseconds(record.total));
}

void RequestStats::merge(const RequestStats& other) {
  response_times.merge(other.response_times);
  service_times.merge(other.service_times);
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  for (std::size_t i = 0; i < kRequestErrors; ++i) errors[i] += other.errors[i];
  answered += other.answered;
  metrics::add(answered_time, other.answered_time);
  for (std::size_t i = 0; i < kPhases; ++i) metrics::add(phase_time[i], other.phase_time[i]);
  connections += other.connections;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
}

std::uint64_t RequestStats::timed() const {
  return std::accumulate(statuses.begin(), statuses.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& status) { return sum + status.second; });
}

std::uint64_t RequestStats::unanswered() const { return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0}); }

}  // namespace loads::metrics
