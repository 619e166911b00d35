#include "runner/slice_queue.h"

namespace loads::runner {

void SliceQueue::push(metrics::Slice&& slice) {
  const std::lock_guard lock(mutex_);
  slices_.push_back(std::move(slice));
}

void SliceQueue::push(StepDuration step) {
  const std::lock_guard lock(mutex_);
  steps_.push_back(step);
}

void SliceQueue::drain_into(metrics::Totals& totals) {
  std::vector<metrics::Slice> slices;
  std::vector<StepDuration> steps;
  {
    const std::lock_guard lock(mutex_);
    slices.swap(slices_);
    steps.swap(steps_);
  }
  for (const metrics::Slice& slice : slices) totals.add(slice);
  for (const auto& [step, duration] : steps) totals.set_step_duration(step, duration);
}

}  // namespace loads::runner
