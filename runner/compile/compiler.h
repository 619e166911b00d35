#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/options/given.h"

namespace loads::runner {

// The compiler for test modules, and how it is called.
struct Compiler {
  std::vector<std::string> command;  // the program, with its whole path, and words before the flags
  std::vector<std::string> flags;
  std::string identity;  // another compiler, or another version of it, has another one
};

// $CXX, the compiler that loads was built with, or c++; flags for headers in `prefix`/include, then $CXXFLAGS. Throws Failure(cannot_load)
// when there is no compiler.
Compiler find_compiler(const Environment& environment, const std::filesystem::path& prefix);

}  // namespace loads::runner
