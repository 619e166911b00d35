#pragma once

#include <vector>

#include "broker/core/fleet.h"

namespace loads::broker {

// What of a plan is beyond what the machines of its agents can do, as far as they are calibrated: notes, for nobody knows what a test
// costs. Agents of one machine ("host/12" and "host/34") share what it can do.
std::vector<proto::Warning> beyond_capacity(const plan::Plan& plan, const std::vector<const Agent*>& agents);

}  // namespace loads::broker
