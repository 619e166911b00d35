#pragma once

#include <string>
#include <vector>

#include "engine/user/test_registry.h"
#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// The tests that TEST names, ready to run.
struct LoadedTest {
  std::string name;    // for the plan: as the user wrote it, a URL in full
  std::string origin;  // "example.cpp", or empty for a URL
  std::vector<const user::TestInfo*> tests;
};

// Finds, compiles and loads options.test. Throws Failure: usage when TEST makes no sense, cannot_load for the rest.
LoadedTest load_test(const Options& options, const Environment& environment);

// All tests of the module that options.test names, for --list.
LoadedTest load_whole_module(const Options& options, const Environment& environment);

}  // namespace loads::runner
