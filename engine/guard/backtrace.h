#pragma once

#include <pthread.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace loads::guard {

// Where a thread is: the return addresses on its stack, the innermost first.
struct Backtrace {
  static constexpr std::size_t kMostFrames = 40;

  std::array<void*, kMostFrames> frames{};
  std::size_t count = 0;
};

// Loads what a first backtrace loads; before it, capture() is not safe in a signal handler.
void warm_up_backtraces();

// In a signal handler, with its third argument: where the signal has interrupted the thread. The handler's own frames are left out.
void capture(Backtrace& out, const void* context);

// Where another thread is now, got by sending it SIGURG (which nobody else here uses). Empty when it does not answer within two seconds.
// One caller at a time; the thread must not end meanwhile.
Backtrace backtrace_of(pthread_t thread);

// One line per frame, with names of functions where the module has them. Not for signal handlers.
std::vector<std::string> describe(const Backtrace& backtrace);

}  // namespace loads::guard
