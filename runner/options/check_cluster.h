#pragma once

#include "runner/options/options.h"

namespace loads::runner {

// What the options of the cluster make of the others: the word after --attach is a run and no test. Throws Failure(usage) for what does not
// go together. Called once, when every option has its value.
void check_cluster(Options& options);

}  // namespace loads::runner
