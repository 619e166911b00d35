#pragma once

#include <cstdint>
#include <string>

#include "common/plan/plan.h"
#include "runner/options/load_options.h"

namespace loads::runner {

// The plan of test `test`, which takes `runs` runs to have each of its tests done as often as its weight. Reads the file of --profile.
// Throws loads::Failure(exit_code::usage, ..., "options") where options exclude each other, or make no sense.
plan::Plan plan_of(const LoadOptions& load, const std::string& test, std::uint64_t runs, std::uint32_t agents);

}  // namespace loads::runner
