#pragma once

#include <cstdint>
#include <vector>

#include "engine/guard/machine.h"
#include "engine/user/load_meter.h"
#include "engine/user/share.h"

namespace loads::user {

// What the troubles of a generator mean for its figures. The limits are those of docs/trust.md. Of the threads and the host of a share that
// is over in a moment (for threads metrics::kLeastTime) nothing is said.
std::vector<Warning> assess(const LoadMeter& meter, std::uint32_t thread);  // `thread` from 1 on
std::vector<Warning> assess(const guard::MachineReading& before, const guard::MachineReading& after);

}  // namespace loads::user
