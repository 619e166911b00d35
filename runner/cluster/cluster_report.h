#pragma once

#include <string>
#include <vector>

#include "proto/console_messages.h"
#include "runner/report/report.h"

namespace loads::runner {

// How a console looks at the end of a run.
struct Viewpoint {
  int stop_signal = 0;                    // by which it stopped the run; 0: it did not
  bool tolerate_lost_agents = false;      // what was measured decides
  std::vector<std::string> thresholds{};  // of its own, beside those of the run's order
};

// The report of a distributed run as `snapshot` has it, at its end or so far; exit_code is left to the caller. Pure.
Report cluster_report(const proto::Snapshot& snapshot, const Viewpoint& viewpoint);

}  // namespace loads::runner
