#pragma once

#include <string>

namespace loads::runner {

// Where a program is that a command names: as a shell finds it. Throws Failure(cannot_load) when it is nowhere.
std::string find_program(const std::string& name);

}  // namespace loads::runner
