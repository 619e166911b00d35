#include "runner/worker/step_gate.h"

#include <utility>

namespace loads::runner {

std::optional<StepGate::TimePoint> StepGate::await(std::uint32_t step) {
  std::unique_lock lock(mutex_);
  come_ = true;
  come_to_();
  changed_.wait(lock, [&] { return closed_ || open_for_ >= step; });
  return closed_ ? std::nullopt : std::optional(at_);
}

bool StepGate::has_come() {
  const std::lock_guard lock(mutex_);
  return std::exchange(come_, false);
}

void StepGate::open(std::uint32_t step, TimePoint at) {
  const std::lock_guard lock(mutex_);
  open_for_ = step;
  at_ = at;
  changed_.notify_all();
}

void StepGate::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace loads::runner
