#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/fiber/clock.h"

namespace loads::fiber {

// One deadline in a TimerWheel; embedded in its owner, which outlives its stay in the wheel.
struct Timer {
  TimePoint deadline = kNever;
  Timer* previous = nullptr;
  Timer* next = nullptr;
  std::uint64_t tick = 0;  // where it hangs

  bool linked() const { return next != nullptr; }
};

// Deadlines of one thread, to the millisecond, rounded up: a timer is never early.
//
// It is lazy: moving a deadline to a later time, which every request does, only writes the timer's deadline; the timer stays where it hangs
// and is hung further on when its old place comes by.
class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(1);

  explicit TimerWheel(TimePoint now);

  void arm(Timer& timer, TimePoint deadline);
  void disarm(Timer& timer) { timer.deadline = kNever; }  // stays hanging until its place comes by
  void remove(Timer& timer);                              // before its owner dies

  // Calls expired(Timer&) for each timer whose deadline has passed; it hangs no longer then.
  template <typename Expired>
  void advance(TimePoint now, Expired&& expired);

  // When advance() should be called next, at the latest; kNever when nothing hangs.
  TimePoint next_wake();

 private:
  static constexpr std::size_t kSlots = 4096;  // about 4 seconds; later deadlines are hung at the end and moved on from there

  std::uint64_t tick_of(TimePoint time) const;  // rounded up
  TimePoint time_of(std::uint64_t tick) const { return origin_ + static_cast<std::int64_t>(tick) * kTick; }
  std::uint64_t soonest() const;  // the first tick after now_ whose slot may have timers
  void hang(Timer& timer);
  void unlink(Timer& timer);

  TimePoint origin_;
  std::uint64_t now_ = 0;  // the last tick that was dealt with
  std::size_t hanging_ = 0;
  std::uint64_t soonest_ = 0;        // what soonest() has said; of no use once it is not after now_. Most turns of a loop ask for it
  std::array<Timer, kSlots> slots_;  // heads of circular lists
  std::array<std::uint64_t, kSlots / 64> occupied_{};  // a bit for each slot that may have timers
};

template <typename Expired>
void TimerWheel::advance(TimePoint now, Expired&& expired) {
  const auto target = static_cast<std::uint64_t>((now - origin_) / kTick);
  while (now_ < target) {
    if (hanging_ == 0) {
      now_ = target;
      return;
    }
    Timer& head = slots_[++now_ % kSlots];
    if (head.next == &head) continue;
    // The list is taken out whole: timers may be hung again, and into the same slot, while it is walked.
    Timer list;
    list.next = head.next;
    list.previous = head.previous;
    list.next->previous = list.previous->next = &list;
    head.next = head.previous = &head;
    occupied_[now_ % kSlots / 64] &= ~(std::uint64_t{1} << (now_ % 64));
    while (list.next != &list) {
      Timer& timer = *list.next;
      unlink(timer);
      if (timer.deadline == kNever) continue;
      if (timer.deadline <= now) {
        expired(timer);
      } else {
        hang(timer);
      }
    }
  }
}

}  // namespace loads::fiber
