#pragma once

#include <array>
#include <utility>

namespace loads::runner {

// Those that programs are given, and what JSON and CSV call them.
inline constexpr std::array<std::pair<const char*, double>, 5> kPercentiles = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p99_9", 0.999}}};

}  // namespace loads::runner
