#pragma once

#include <cstdint>

#include "engine/fiber/clock.h"

namespace loads::websocket {

// When a socket with a ping_interval pings, and when a pong is missing: it has to be there before the next ping. Pure: the time comes in.
class Heartbeat {
 public:
  enum class Due : std::uint8_t { nothing, ping, end };

  Heartbeat(fiber::Duration interval, fiber::TimePoint now) : interval_(interval) {  // 0: it never pings
    if (interval > fiber::Duration{}) next_ = now + interval;
  }

  fiber::TimePoint next() const { return next_; }  // when beat() is due; kNever: it is not
  // What is to be done now. `deaf`: what has come cannot be read at present, so that the pong may be there.
  Due beat(fiber::TimePoint now, bool deaf);
  void pong() { awaits_pong_ = false; }

 private:
  fiber::Duration interval_;
  fiber::TimePoint next_ = fiber::kNever;
  bool awaits_pong_ = false;
};

inline Heartbeat::Due Heartbeat::beat(fiber::TimePoint now, bool deaf) {
  if (now < next_) return Due::nothing;
  if (awaits_pong_ && !deaf) return Due::end;
  next_ = now + interval_;
  if (awaits_pong_) return Due::nothing;
  awaits_pong_ = true;
  return Due::ping;
}

}  // namespace loads::websocket
