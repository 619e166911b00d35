#pragma once

#include <chrono>

namespace loads::fiber {

// The one clock of the engine: steady, in nanoseconds. Wall time is for display only.
using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = std::chrono::nanoseconds;

inline constexpr TimePoint kNever = TimePoint::max();

}  // namespace loads::fiber
