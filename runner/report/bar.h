#pragma once

#include <cstddef>
#include <string>

namespace loads::runner {

// The guide's bar: "[=====     ]  50%", full only when `fraction` (of the plan) is 1. The summary's has 70 columns between the brackets.
inline constexpr std::size_t kBarColumns = 70;
std::string bar(double fraction, std::size_t columns = kBarColumns);

int percent_done(double fraction);  // 0 to 100, rounded down

}  // namespace loads::runner
