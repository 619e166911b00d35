#pragma once

#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// What --find-max makes of other options. The levels of a search have a duration and a warm-up where nobody says so.
GivenOptions defaults_of_find_max();

// Throws Failure(usage) for what does not go together with it. Called once, when every option has its value.
void check_find_max(const Options& options);

}  // namespace loads::runner
