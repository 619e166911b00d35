#pragma once

#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// --compare A B: reads both, from files or from the broker, prints how they differ, and returns the exit code. Throws Failure.
int compare_runs(const Options& options, const Environment& environment);

}  // namespace loads::runner
