#pragma once

#include <cstdint>

#include "common/metrics/slice.h"

namespace loads::metrics {

// Counts from outside stay below this, and so do their sums: more than any run counts, and far from overflow.
inline constexpr std::uint64_t kMostEvents = std::uint64_t{1} << 48;

// All events of a slice, whatever was counted: no count of it, and no sum of its counts, is more.
std::uint64_t events_of(const Slice& slice);

}  // namespace loads::metrics
