#pragma once

#include <string>
#include <vector>

#include "common/environment.h"

namespace loads::broker {

// All of loads-broker: from its arguments (without the program's name) to its exit code. Throws loads::Failure for what ends it early.
int run_broker(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace loads::broker
