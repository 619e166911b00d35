#pragma once

#include <string>
#include <vector>

#include "runner/options/load_options.h"

namespace loads::runner {

// The rate of a search's lowest level: that of --rate, or one that is low and still brings as many values as the percentiles of
// `conditions` take, twice over. Throws Failure(usage) where that of --rate brings too few.
double start_rate(const std::vector<std::string>& conditions, const LoadOptions& load);

}  // namespace loads::runner
