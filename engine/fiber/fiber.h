#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "engine/fiber/context.h"
#include "engine/fiber/timer_wheel.h"

namespace loads::fiber {

class Loop;

// Thrown at the suspension point of a fiber that is cancelled, so that its destructors run. Not a std::exception: a test that catches those
// does not catch this.
struct Cancelled {};

// Sequential code on a stack of its own, run by the Loop that spawned it and never by another thread.
class Fiber {
 public:
  Fiber(Loop& loop, Stack stack, std::function<void()> body);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  Loop& loop() { return loop_; }
  const Stack& stack() const { return context_.stack(); }
  std::uint64_t suspensions() const { return suspensions_; }  // so far: did a piece of code wait at all?
  bool cancelled() const { return cancelled_; }

  // What the fiber runs for: its spawner's business.
  void* owner = nullptr;

  // What it works on while it waits, if that is large: fetched into the cache with its stack.
  const void* subject = nullptr;

  // Whatever the fiber waits for ends by Cancelled, now and from now on (but not while it unwinds: then waits end at once as timeouts).
  // From the loop's thread.
  void cancel();

 private:
  friend class Loop;

  // What it will need when it is entered next: its stack, its owner, and what it works on.
  void prefetch() const {
    constexpr int kOfOwner = 1024;
    constexpr int kOfSubject = 768;
    context_.prefetch();
    fetch(owner, kOfOwner);
    fetch(subject, kOfSubject);
  }
  static void fetch(const void* object, int bytes) {
    constexpr int kLine = 64;
    const auto* line = static_cast<const char*>(object);
    for (int at = 0; line != nullptr && at < bytes; at += kLine) __builtin_prefetch(line + at, 1);
  }

  static void enter(void* self);
  void throw_if_cancelled();

  Loop& loop_;
  std::function<void()> body_;
  Context context_;
  struct Deadline : Timer {
    Fiber* fiber = nullptr;
  } deadline_;
  Duration patience_{};    // of each wait; zero: its deadline counts
  std::size_t index_ = 0;  // among the loop's
  Fiber* next_ready_ = nullptr;
  std::uint64_t suspensions_ = 0;
  bool queued_ = false;
  bool waiting_ = false;  // for a deadline, a socket or a wake-up
  bool expired_ = false;  // the deadline came first
  bool cancelled_ = false;
};

}  // namespace loads::fiber
