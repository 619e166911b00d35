#pragma once

#include <string>

#include "common/plan/steering.h"

namespace loads::runner {

// "paused from 00:20 on", "150% of the plan from 00:12 on"
std::string in_words(const plan::Steering::Change& change);

}  // namespace loads::runner
