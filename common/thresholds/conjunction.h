#pragma once

#include <string_view>
#include <vector>

#include "common/thresholds/threshold.h"

namespace loads::thresholds {

// Thresholds that are to hold together, as people write them: "p99<250ms && errors<0.1%". Each once, in their order. An && within a name's
// braces is part of the name. Throws std::invalid_argument as parse() does, whose text quotes the one that is wrong.
std::vector<Threshold> parse_conjunction(std::string_view text);

}  // namespace loads::thresholds
