#pragma once

#include "common/environment.h"
#include "runner/options/options.h"

namespace loads::runner {

// --find-max: searches for the highest rate at which the conditions hold, prints what was found, and returns the exit code. Throws Failure
// for what ends it before the first run.
int find_max(const Options& options, const Environment& environment);

}  // namespace loads::runner
