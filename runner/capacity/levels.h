#pragma once

#include <memory>

#include "common/environment.h"
#include "proto/conditions.h"
#include "runner/load/load_test.h"
#include "runner/options/options.h"
#include "runner/report/report.h"
#include "runner/signals.h"

namespace loads::runner {

// Makes the runs of a search, one after another: here, or at a broker's agents. Each is a run as any other.
class Levels {
 public:
  virtual ~Levels() = default;
  // Throws Failure for a run that cannot be made.
  virtual Report run(const plan::Plan& plan, const proto::Conditions& conditions) = 0;
  // Threads of the engine still run, and the process has to end without clean-up.
  virtual bool is_stuck() const { return false; }
};

// What is given outlives it.
std::unique_ptr<Levels> local_levels(const Options& options, const LoadedTest& loaded, Signals& signals);
std::unique_ptr<Levels> cluster_levels(const Options& options, const Environment& environment, const LoadedTest& loaded, Signals& signals);

}  // namespace loads::runner
