#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/metrics/arrivals.h"
#include "engine/guard/machine.h"
#include "engine/user/load_meter.h"
#include "engine/user/share.h"

namespace loads::user {

// What the troubles of a generator mean for its figures. The limits are those of docs/trust.md. Of the threads and the host of a share that
// is over in a moment (for threads metrics::kLeastTime) nothing is said.
std::vector<Warning> assess(const LoadMeter& meter, std::uint32_t thread);  // `thread` from 1 on
std::vector<Warning> assess(const guard::MachineReading& before, const guard::MachineReading& after);
// Of a rate for which there could be no more than `users`, for want of open files. Nothing, when no run had to wait for one of them.
std::optional<Warning> shortage_of_files(const metrics::ArrivalStats& arrivals, std::uint32_t users);

}  // namespace loads::user
