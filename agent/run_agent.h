#pragma once

#include <string>
#include <vector>

#include "common/environment.h"

namespace loads::agent {

// All of loads-agent: from its arguments (without the program's name) to its exit code. Throws loads::Failure for what ends it early.
int run_agent(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace loads::agent
