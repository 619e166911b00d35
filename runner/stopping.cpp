#include "runner/stopping.h"

#include <csignal>

namespace loads::runner {
namespace {

// `patience` may be so long that the clock cannot say its end.
Stopping::Clock::time_point later(Stopping::Clock::time_point now, std::chrono::nanoseconds patience) {
  return patience < Stopping::Clock::time_point::max() - now ? now + patience : Stopping::Clock::time_point::max();
}

}  // namespace

Stopping::Action Stopping::enter(State state, Clock::time_point deadline, Action action) {
  state_ = state;
  deadline_ = deadline;
  return action;
}

Stopping::Action Stopping::on_signal(int signal, Clock::time_point now) {
  switch (state_) {
    case State::running:
      ending_ = signal == SIGTERM ? Ending::terminated : Ending::interrupted;
      return enter(State::stopping, later(now, patience_), Action::stop);
    case State::stopping: return enter(State::cutting, now + kCutGrace, Action::cut);
    case State::cutting: return enter(State::given_up, deadline_, Action::give_up);
    case State::given_up: break;
  }
  return Action::none;
}

Stopping::Action Stopping::on_request(bool cut, Clock::time_point now) {
  const bool first = state_ == State::running;
  if (first) ending_ = Ending::terminated;
  if (cut && (first || state_ == State::stopping)) return enter(State::cutting, now + kCutGrace, Action::cut);
  return first ? enter(State::stopping, later(now, patience_), Action::stop) : Action::none;
}

Stopping::Action Stopping::on_abort(Clock::time_point now) {
  if (state_ != State::running) return Action::none;
  ending_ = Ending::aborted;
  return enter(State::stopping, later(now, patience_), Action::stop);
}

Stopping::Action Stopping::on_time(Clock::time_point now) {
  if (now < deadline_) return Action::none;
  if (state_ == State::stopping) return enter(State::cutting, now + kCutGrace, Action::cut);
  if (state_ == State::cutting) return enter(State::given_up, deadline_, Action::give_up);
  return Action::none;
}

}  // namespace loads::runner
