#pragma once

#include <signal.h>

#include <initializer_list>
#include <optional>

namespace loads::runner {

// Signals as values to ask for, instead of interruptions. Made in the main thread before other threads are: they inherit that
// the signals are blocked. The destructor gives the signals their old meaning back; those that nobody asked for are dropped.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers = {SIGINT, SIGTERM});
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next signal that came; does not wait.
  std::optional<int> poll();

  int descriptor() const { return descriptor_; }  // readable when one has come

 private:
  sigset_t set_{};
  int descriptor_ = -1;
};

}  // namespace loads::runner
