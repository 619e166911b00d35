#pragma once

#include <string>
#include <vector>

#include "proto/conditions.h"

namespace loads::runner {

// `conditions` of the command line, and the thresholds that the test's code names. Throws Failure(cannot_load) for one of the code's that
// cannot be read.
proto::Conditions with_thresholds_of_code(proto::Conditions conditions, const std::vector<std::string>& of_code);

// What a user is told of abort thresholds whose windows are not what was asked for; lines for stderr.
std::vector<std::string> window_notes(const proto::Conditions& conditions);

}  // namespace loads::runner
