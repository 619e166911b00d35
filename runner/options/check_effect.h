#pragma once

#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// Refuses what was typed and would change nothing, because it is empty, names a folder that is not there, or the option that it belongs to
// is missing: whoever types it expects something of it. The environment and a file may well hold such options, for the runs that need them.
// Throws Failure(usage).
void check_effect(const GivenOptions& given, const Options& options);

}  // namespace loads::runner
