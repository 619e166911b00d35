#pragma once

#include <array>
#include <cstdint>

#include "common/metrics/slice.h"

namespace loads::metrics {

struct Tally {
  std::uint64_t sent = 0;
  std::uint64_t settled = 0;
  std::uint64_t answered = 0;
  std::uint64_t unanswered = 0;
  std::array<std::uint64_t, kOutcomes> outcomes{};
  friend bool operator==(const Tally&, const Tally&) = default;
};

}  // namespace loads::metrics
