#pragma once

#include <functional>
#include <string>
#include <vector>

namespace loads {

// What the executables' main() functions have in common: runs `body` with the arguments (without the program's name) and turns what it
// throws into one line on stderr, "NAME: message [id]", and an exit code: that of a loads::Failure, or exit_code::internal.
int run_program(const std::string& name, int argc, char** argv, const std::function<int(const std::vector<std::string>&)>& body);

}  // namespace loads
