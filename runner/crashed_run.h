#pragma once

#include <cstdint>
#include <string>

#include "common/metrics/slice.h"

namespace loads::runner {

// A test run that crashed the process, or that has to be given up because it holds its thread: it ended in an error, as one with an
// exception would have, and `what` says so among the problems. For the share that has lost it, which cannot count it any more.
metrics::Slice crashed_run(const std::string& what, std::uint32_t step);

}  // namespace loads::runner
