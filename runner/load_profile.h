#pragma once

#include <string>

#include "common/plan/profile.h"

namespace loads::runner {

// A load profile out of a CSV file: a column `seconds`, of times as options have them, and one of `users` or `rate` (a second, or as
// options have it), a straight line from each row to the next.
struct LoadProfile {
  plan::Profile profile;
  bool of_rate;
};

// Throws loads::Failure(exit_code::usage, ..., "profile").
LoadProfile read_load_profile(const std::string& file);

}  // namespace loads::runner
