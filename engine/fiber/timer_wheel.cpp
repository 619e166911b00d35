#include "engine/fiber/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace loads::fiber {

TimerWheel::TimerWheel(TimePoint now) : origin_(now) {
  for (Timer& head : slots_) head.next = head.previous = &head;
}

std::uint64_t TimerWheel::tick_of(TimePoint time) const {
  if (time <= origin_) return 0;
  // Bounded, so that no deadline ("never, but one second less") overflows.
  const Duration after = std::min<Duration>(time - origin_, std::chrono::hours(24 * 365));
  return static_cast<std::uint64_t>((after + kTick - Duration(1)) / kTick);
}

void TimerWheel::arm(Timer& timer, TimePoint deadline) {
  timer.deadline = deadline;
  if (deadline == kNever) return;
  if (timer.linked()) {
    if (tick_of(deadline) >= timer.tick) return;
    unlink(timer);
  }
  hang(timer);
}

void TimerWheel::remove(Timer& timer) {
  timer.deadline = kNever;
  if (timer.linked()) unlink(timer);
}

void TimerWheel::hang(Timer& timer) {
  timer.tick = std::clamp(tick_of(timer.deadline), now_ + 1, now_ + kSlots - 1);
  Timer& head = slots_[timer.tick % kSlots];
  timer.next = &head;
  timer.previous = head.previous;
  timer.previous->next = head.previous = &timer;
  occupied_[timer.tick % kSlots / 64] |= std::uint64_t{1} << (timer.tick % 64);
  ++hanging_;
  soonest_ = std::min(soonest_, timer.tick);  // one that is past stays so
}

void TimerWheel::unlink(Timer& timer) {
  timer.previous->next = timer.next;
  timer.next->previous = timer.previous;
  timer.next = timer.previous = nullptr;
  --hanging_;
}

TimePoint TimerWheel::next_wake() {
  if (hanging_ == 0) return kNever;
  if (soonest_ <= now_) soonest_ = soonest();
  return time_of(soonest_);
}

std::uint64_t TimerWheel::soonest() const {
  const std::uint64_t first = now_ + 1;
  // The bits after `first` in its own word, then word by word round the wheel.
  std::uint64_t word = occupied_[first % kSlots / 64] & (~std::uint64_t{0} << (first % 64));
  std::uint64_t base = first - first % 64;
  for (std::size_t i = 0; i <= kSlots / 64; ++i) {
    if (word != 0) return base + static_cast<std::uint64_t>(std::countr_zero(word));
    base += 64;
    word = occupied_[base % kSlots / 64];
  }
  return first;
}

}  // namespace loads::fiber
