#include "common/metrics/untimed.h"

namespace loads::metrics {
namespace {

std::uint64_t beyond(std::uint64_t all, std::uint64_t recorded) { return all > recorded ? all - recorded : 0; }

}  // namespace

Slice untimed(const Tally& all, const Tally& recorded) {
  Slice slice;
  RequestStats stats;
  stats.answered = beyond(all.answered, recorded.answered);
  stats.errors[static_cast<std::size_t>(RequestError::cancelled)] = beyond(all.unanswered, recorded.unanswered);
  if (stats.answered + stats.unanswered() > 0) slice.requests[kTimesLost] = stats;
  for (std::size_t i = 0; i < kOutcomes; ++i) slice.outcomes[i] = beyond(all.outcomes[i], recorded.outcomes[i]);
  return slice;
}

}  // namespace loads::metrics
