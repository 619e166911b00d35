#pragma once

#include <string>
#include <vector>

#include "runner/options/given.h"

namespace loads::runner {

// All of loads-runner: from its arguments (without the program's name) to its exit code. Throws Failure for what ends it early.
int run(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace loads::runner
