#pragma once

#include <chrono>
#include <cstdint>

#include "runner/report/report.h"

namespace loads::runner {

// Decides how a run ends early: a first signal stops it and gives the tests that run `patience` to end by themselves, then they are cut
// off; a second signal cuts at once. A run that does not end when it was cut off is given up, by a third signal or after kCutGrace. Pure:
// told the signals, the requests and the time.
class Stopping {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::seconds kCutGrace{5};

  enum class Action : std::uint8_t { none, stop, cut, give_up };

  explicit Stopping(std::chrono::nanoseconds patience) : patience_(patience) {}

  Action on_signal(int signal, Clock::time_point now);
  // A stop that was asked for by message, which may come again: it never gives up, and one that cuts cuts at once.
  Action on_request(bool cut, Clock::time_point now);
  // The run has met its own condition to end.
  Action on_abort(Clock::time_point now);
  Action on_time(Clock::time_point now);

  // What the signals and requests make of the run's end.
  Ending ending() const { return ending_; }

 private:
  enum class State : std::uint8_t { running, stopping, cutting, given_up };
  Action enter(State state, Clock::time_point deadline, Action action);

  std::chrono::nanoseconds patience_;
  State state_ = State::running;
  Clock::time_point deadline_{};
  Ending ending_ = Ending::completed;
};

}  // namespace loads::runner
