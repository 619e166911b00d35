#pragma once

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

// What it means that things were done so late, in microseconds, as a part of them was; nothing: that is no matter.
std::optional<Validity> validity_of_lateness(const Histogram& late);

// What doubts leave of the figures.
Validity validity_of(const std::vector<Doubt>& doubts);

// Those that follow from the figures themselves: runs that began late, and requests that the generator failed to send.
std::vector<Doubt> doubts_about(const Slice& all);

}  // namespace loads::metrics
