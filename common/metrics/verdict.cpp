#include "common/metrics/verdict.h"

#include <algorithm>

namespace loads::metrics {

bool nothing_answered(const Slice& all) {
  if (all.hits() > 0) return false;
  const bool unanswered =
      std::any_of(all.requests.begin(), all.requests.end(), [](const auto& entry) { return entry.second.unanswered() > 0; });
  return unanswered || (all.runs(Outcome::success) == 0 && all.runs(Outcome::skipped) == 0);
}

bool all_skipped(const Slice& all) {
  return all.runs(Outcome::skipped) > 0 && all.runs(Outcome::success) + all.runs(Outcome::error) + all.runs(Outcome::failure) == 0;
}

bool failed(const Slice& all) {
  return all.runs(Outcome::error) > 0 || all.runs(Outcome::failure) > 0 || nothing_answered(all) || all_skipped(all);
}

}  // namespace loads::metrics
