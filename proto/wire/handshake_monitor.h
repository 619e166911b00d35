#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "proto/wire/socket.h"

namespace loads::wire {

// Counts the peers that a server socket did not let in, and says so once a second at most: refused peers try again for ever. One per
// socket; it ends before the socket does.
class HandshakeMonitor {
 public:
  struct Refused {
    std::uint64_t unauthorised = 0;  // a key that is not enrolled, or not for this door
    std::uint64_t protocol = 0;      // no CURVE, the wrong broker's key, or no ZeroMQ at all
    std::uint64_t unfinished = 0;    // the connection ended, or was silent for two seconds
    std::uint64_t unaccepted = 0;    // no descriptor left, mostly; the last cause is in accept_error
    int accept_error = 0;

    std::uint64_t total() const { return unauthorised + protocol + unfinished + unaccepted; }
  };

  HandshakeMonitor(Context& context, Socket& socket);
  ~HandshakeMonitor();
  HandshakeMonitor(const HandshakeMonitor&) = delete;
  HandshakeMonitor& operator=(const HandshakeMonitor&) = delete;

  void read_events();  // without blocking
  const Refused& refused() const { return refused_; }

  // A line about those who were refused since the last line; empty when there is nothing to say or a second has not passed.
  std::string report(std::chrono::steady_clock::time_point now);

  zmq::socket_t& handle() { return *events_; }  // for Poller

 private:
  void count(std::uint16_t event, std::uint32_t value);

  zmq::socket_t& socket_;
  std::unique_ptr<zmq::socket_t> events_;
  Refused refused_;
  Refused reported_;
  std::chrono::steady_clock::time_point next_report_{};
};

}  // namespace loads::wire
