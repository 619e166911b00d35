#pragma once

#include <optional>

namespace loads::runner {

// SIGINT and SIGTERM as values to ask for, instead of interruptions. Made in the main thread before other threads are: they inherit that
// the signals are blocked. The destructor gives the signals their old meaning back; those that nobody asked for are dropped.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal that came, SIGINT or SIGTERM; does not wait.
  std::optional<int> poll();

 private:
  int descriptor_ = -1;
};

}  // namespace loads::runner
