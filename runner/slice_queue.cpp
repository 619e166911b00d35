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

}  // namespace loads::runner
