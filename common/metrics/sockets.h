#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/metrics/histogram.h"

namespace loads::metrics {

// What goes wrong with a web socket that its request for a connection does not count: that one is a RequestStats of its own.
enum class SocketError : std::uint8_t {
  refused,    // the server answered the handshake, but not with a web socket
  lost,       // the connection ended without a close frame
  violation,  // the server sent what the protocol forbids
  too_large,  // a message larger than the test allows
  timeout,    // no message came in time, or what was sent was not taken
  no_pong,    // a ping of ping_interval was not answered
};
inline constexpr std::size_t kSocketErrors = 6;
std::string_view to_string(SocketError error);  // a few words: "connection lost"

// All web sockets in an interval. Bytes are those of the messages, unpacked, without what frames add.
struct SocketStats {
  std::uint64_t opened = 0;
  std::uint64_t closed = 0;  // of those ever opened: what is open at the end of an interval is all so far opened, less all closed
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Histogram round_trips;  // microseconds from a send to the next message that came
  std::array<std::uint64_t, kSocketErrors> errors{};

  void merge(const SocketStats& other);
  bool empty() const;
  std::uint64_t failed() const;  // sum of errors
};

}  // namespace loads::metrics
