#pragma once

#include <string>
#include <vector>

#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// Every option that was given somewhere or has a default, its value checked and stored, and the text that won.
struct ReadOptions {
  Options options;
  GivenOptions origins;              // of every option of the table that has a value
  std::vector<std::string> notices;  // for stderr: options that were accepted without effect
};

// Command line, then LOADS_OPT_*, then --config, then the defaults. Throws Failure with the exit code that the trouble deserves.
ReadOptions read_options(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace loads::runner
