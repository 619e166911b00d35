#include "proto/trust.h"

#include "common/thresholds/doubts.h"
#include "proto/doubts.h"

namespace loads::proto {

Trust trust_in(const RunStatus& status, const metrics::Slice& all) {
  const auto time = status.plan.measured(status.duration);
  const auto results = thresholds::judge_all(status.thresholds, all, time);
  Trust trust;
  for (const auto& doubts : {doubts_of(status), metrics::doubts_about(all), thresholds::doubts_about(results, time)})
    trust.validity = metrics::worse(trust.validity, metrics::validity_of(doubts));
  trust.is_judged = status.abort.by_threshold || !results.empty();
  trust.is_crossed = status.abort.by_threshold || thresholds::count_crossed(results) > 0;
  return trust;
}

}  // namespace loads::proto
