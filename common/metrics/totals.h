#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "common/metrics/slice.h"

namespace loads::metrics {

// A run so far: everything merged, and each step apart, but for the exemplars, which the whole alone has. Memory is bounded by the number
// of names and steps, not by time.
class Totals {
 public:
  struct Step {
    Slice slice;
    std::chrono::duration<double> duration{};  // from the step's first test run to the end of its last
  };

  static constexpr std::uint32_t kMaxSteps = 4096;  // later ones are counted in the last: a forged index takes no memory

  void add(const Slice& slice);  // slice.step says to which step it belongs
  void set_step_duration(std::uint32_t step, std::chrono::duration<double> duration);

  const Slice& all() const { return all_; }
  const Slice& warm_up() const { return warm_up_; }  // what is no part of them
  const std::vector<Step>& steps() const { return steps_; }

 private:
  Step& step(std::uint32_t index);

  Slice all_;
  Slice warm_up_;
  std::vector<Step> steps_;
};

}  // namespace loads::metrics
