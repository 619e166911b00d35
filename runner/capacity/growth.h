#pragma once

#include <chrono>
#include <optional>

#include "common/metrics/history.h"

namespace loads::runner {

// By how many seconds response times grow in each second from `from` to `to` since the start of a run: by 0.1 where a target answers ten
// of eleven runs that come, and the rest waits. Conditions alone would not tell it in time: at a limit of a second a level of ten seconds
// may be a tenth too high. Nothing: they do not grow, or that may be chance, or there are too few seconds to say. Pure.
std::optional<double> response_time_growth(const metrics::History& history, std::chrono::duration<double> from,
                                           std::chrono::duration<double> to);

inline constexpr double kLeastGrowth = 0.005;  // what is less a longer level would have to show

}  // namespace loads::runner
