#include "common/metrics/tally.h"

namespace loads::metrics {

Tally& Tally::operator+=(const Tally& other) {
  sent += other.sent;
  settled += other.settled;
  answered += other.answered;
  unanswered += other.unanswered;
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[i] += other.outcomes[i];
  return *this;
}

Tally& Tally::operator-=(const Tally& earlier) {
  sent -= earlier.sent;
  settled -= earlier.settled;
  answered -= earlier.answered;
  unanswered -= earlier.unanswered;
  for (std::size_t i = 0; i < kOutcomes; ++i) outcomes[i] -= earlier.outcomes[i];
  return *this;
}

Tally tally_of(const Slice& slice) {
  Tally tally;
  for (const auto& [name, stats] : slice.requests) {
    tally.answered += stats.answered;
    tally.unanswered += stats.unanswered();
  }
  tally.outcomes = slice.outcomes;
  return tally;
}

}  // namespace loads::metrics
