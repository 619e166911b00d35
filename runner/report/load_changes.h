#pragma once

#include <string>

#include "common/plan/steering.h"

namespace loads::runner {

// "paused", "150% of the plan".
std::string load_in_words(double factor);
// "paused from 00:20 on"
std::string in_words(const plan::Steering::Change& change);

}  // namespace loads::runner
