#include "common/metrics/totals.h"

#include <algorithm>

namespace loads::metrics {

Totals::Step& Totals::step(std::uint32_t index) {
  index = std::min(index, kMaxSteps - 1);
  while (steps_.size() <= index) {
    Step& added = steps_.emplace_back();
    added.slice.step = static_cast<std::uint32_t>(steps_.size() - 1);
  }
  return steps_[index];
}

void Totals::add(const Slice& slice) {
  if (slice.warm_up) return warm_up_.merge(slice);
  all_.merge(slice);
  step(slice.step).slice.merge_figures(slice);
}

void Totals::set_step_duration(std::uint32_t index, std::chrono::duration<double> duration) { step(index).duration = duration; }

}  // namespace loads::metrics
