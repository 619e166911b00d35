#pragma once

#include "common/metrics/slice.h"
#include "common/metrics/validity.h"
#include "proto/run.h"

namespace loads::proto {

// What a console that shows the run would make of its figures, but for thresholds of its own.
struct Trust {
  metrics::Validity validity = metrics::Validity::valid;
  bool is_judged = false;   // by thresholds, of the run's order
  bool is_crossed = false;  // by one of them, or an abort threshold

  bool is_disbelieved() const { return is_judged && validity == metrics::Validity::invalid; }
};

Trust trust_in(const RunStatus& status, const metrics::Slice& all);

}  // namespace loads::proto
