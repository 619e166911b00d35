#pragma once

#include <cstdint>

#include "common/metrics/histogram.h"

namespace loads::metrics {

// Test runs that were to begin at given times, in an interval: how late they were, in microseconds.
struct ArrivalStats {
  Histogram late;            // those for which a user was free: the generator's fault
  Histogram waited;          // those that had to wait for a user: as many as there may be had not come back from the target
  std::uint64_t missed = 0;  // those that had not begun when their step was over

  std::uint64_t begun() const { return late.count() + waited.count(); }
  void merge(const ArrivalStats& other);
  bool empty() const { return begun() == 0 && missed == 0; }
};

}  // namespace loads::metrics
