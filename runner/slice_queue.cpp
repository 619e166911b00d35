#include "runner/slice_queue.h"

namespace loads::runner {

void SliceQueue::push(metrics::Slice&& slice) {
  const std::lock_guard lock(mutex_);
  contents_.slices.push_back(std::move(slice));
}

void SliceQueue::push(StepDuration step) {
  const std::lock_guard lock(mutex_);
  contents_.steps.push_back(step);
}

SliceQueue::Contents SliceQueue::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(contents_, {});
}

void SliceQueue::drain_into(metrics::Totals& totals) {
  const Contents contents = take();
  for (const metrics::Slice& slice : contents.slices) totals.add(slice);
  for (const auto& [step, duration] : contents.steps) totals.set_step_duration(step, duration);
}

}  // namespace loads::runner
