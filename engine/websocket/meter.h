#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "common/metrics/recorder.h"
#include "common/metrics/sockets.h"
#include "engine/fiber/clock.h"

namespace loads::websocket {

// Counts an error and keeps it as a problem of `request`, which is the name of a handshake's request.
void record_error(metrics::Recorder& recorder, const std::string& request, metrics::SocketError kind, std::string message);

// What is measured of one web socket from its opening on, into the thread's slice. Outlived by the recorder.
class Meter {
 public:
  Meter(metrics::Recorder& recorder, std::string request);  // counts it as opened

  void asks(fiber::TimePoint now) {  // something is going to be sent
    if (!asked_at_) asked_at_ = now;
  }
  void sent(std::size_t bytes);
  void received(std::size_t bytes);
  void timed_out();  // a receive(), which is no problem of its own: the test may be prepared for it
  void error(metrics::SocketError kind, std::string message) { record_error(recorder_, request_, kind, std::move(message)); }
  void closed();  // may be told several times

 private:
  metrics::SocketStats& stats() { return recorder_.slice().sockets; }

  metrics::Recorder& recorder_;
  std::optional<fiber::TimePoint> asked_at_;  // the first time since a message has come
  bool closed_ = false;
  std::string request_;
};

}  // namespace loads::websocket
