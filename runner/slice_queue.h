#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "common/metrics/totals.h"

namespace loads::runner {

// Carries what was measured from the engine's threads to the thread that shows it or sends it on. The lock is held for a swap only, so that
// a slow terminal never delays the load.
class SliceQueue {
 public:
  using StepDuration = std::pair<std::uint32_t, std::chrono::duration<double>>;

  void push(metrics::Slice&& slice);
  void push(StepDuration step);

  struct Contents {
    std::vector<metrics::Slice> slices;
    std::vector<StepDuration> steps;
  };
  Contents take();  // all that has come since the last time

 private:
  std::mutex mutex_;
  Contents contents_;
};

}  // namespace loads::runner
