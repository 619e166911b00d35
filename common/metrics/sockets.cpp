#include "common/metrics/sockets.h"

#include <numeric>

namespace loads::metrics {

std::string_view to_string(SocketError error) {
  switch (error) {
    case SocketError::refused: return "handshake refused";
    case SocketError::lost: return "connection lost";
    case SocketError::violation: return "protocol violated";
    case SocketError::too_large: return "message too large";
    case SocketError::timeout: return "timed out";
    case SocketError::no_pong: return "ping unanswered";
  }
  return "unknown";
}

void SocketStats::merge(const SocketStats& other) {
  opened += other.opened;
  closed += other.closed;
  messages_sent += other.messages_sent;
  messages_received += other.messages_received;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  round_trips.merge(other.round_trips);
  for (std::size_t i = 0; i < kSocketErrors; ++i) errors[i] += other.errors[i];
}

bool SocketStats::empty() const {
  return opened == 0 && closed == 0 && messages_sent == 0 && messages_received == 0 && bytes_sent == 0 && bytes_received == 0 &&
         round_trips.count() == 0 && failed() == 0;
}

std::uint64_t SocketStats::failed() const { return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0}); }

}  // namespace loads::metrics
