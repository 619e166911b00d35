#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/histogram.h"
#include "common/metrics/slice.h"
#include "common/metrics/validity.h"

namespace loads::metrics {

// Something that makes figures doubtful, printed under "Can these numbers be trusted?".
struct Doubt {
  std::string id;  // an anchor of docs/troubleshooting.md
  std::string message;
  Validity validity = Validity::suspect;  // of the figures, at best
};

// Of a generator that worked for less nobody looks whether it was well off: starting is busy by nature.
inline constexpr std::chrono::duration<double> kLeastTime{2};

// That things were done late, and what it means.
struct Lateness {
  std::string of_1_in_100;  // "31 ms", or more
  Validity validity;
};
std::optional<Lateness> lateness(const Histogram& late);  // microseconds; nothing: no matter

// What doubts leave of the figures.
Validity validity_of(const std::vector<Doubt>& doubts);

// Those that follow from the figures themselves: runs that began late, and requests that the generator failed to send.
std::vector<Doubt> doubts_about(const Slice& all);

}  // namespace loads::metrics
