#pragma once

#include <cstdint>

#include "runner/load/load_test.h"
#include "runner/local_run.h"
#include "runner/options/options.h"

namespace loads::runner {

// The plan of a test that was found. With neither hits nor duration each user runs the test once, or of a class each test as often as its
// weight. Throws Failure(usage).
plan::Plan plan_for(const LoadedTest& loaded, const LoadOptions& load, std::uint32_t agents);

// What a run of it on this machine needs.
LocalPlan local_plan(const LoadedTest& loaded, const Options& options, plan::Plan plan);

}  // namespace loads::runner
