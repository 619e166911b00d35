#pragma once

#include <cstdint>

#include "common/metrics/slice.h"
#include "common/metrics/tally.h"

namespace loads::metrics {

inline constexpr const char* kTimesLost = "(times lost)";

// What was counted but whose times are lost, because the thread or the process that had them did not hand them over: what `all` has beyond
// `recorded`, as a slice, so that a report that has everything else is short of no request. The requests stand under that one name;
// why those without an answer had none is lost too, they count as cancelled. Pure.
Slice untimed(const Tally& all, const Tally& recorded);

}  // namespace loads::metrics
