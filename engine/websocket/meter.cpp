#include "engine/websocket/meter.h"

#include <algorithm>
#include <utility>

namespace loads::websocket {
namespace {

std::uint64_t& count_of(metrics::SocketStats& stats, metrics::SocketError kind) { return stats.errors[static_cast<std::size_t>(kind)]; }

}  // namespace

void record_error(metrics::Recorder& recorder, const std::string& request, metrics::SocketError kind, std::string message) {
  ++count_of(recorder.slice().sockets, kind);
  metrics::Problem problem;
  problem.kind = metrics::ProblemKind::error;
  problem.blame = metrics::ErrorClass::target;
  problem.message = std::move(message);
  problem.request = request;
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  recorder.slice().problems.add(std::move(problem));
}

Meter::Meter(metrics::Recorder& recorder, std::string request) : recorder_(recorder), request_(std::move(request)) { ++stats().opened; }

void Meter::sent(std::size_t bytes) {
  ++stats().messages_sent;
  stats().bytes_sent += bytes;
}

void Meter::received(std::size_t bytes) {
  metrics::SocketStats& now = stats();
  ++now.messages_received;
  now.bytes_received += bytes;
  if (!asked_at_) return;
  const auto time = fiber::Clock::now() - *std::exchange(asked_at_, std::nullopt);
  now.round_trips.record(static_cast<std::uint64_t>(std::max<std::int64_t>(time / std::chrono::microseconds(1), 0)));
}

void Meter::timed_out() { ++count_of(stats(), metrics::SocketError::timeout); }

void Meter::closed() {
  if (!std::exchange(closed_, true)) ++stats().closed;
}

}  // namespace loads::websocket
