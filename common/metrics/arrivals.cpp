#include "common/metrics/arrivals.h"

namespace loads::metrics {

void ArrivalStats::merge(const ArrivalStats& other) {
  late.merge(other.late);
  waited.merge(other.waited);
  missed += other.missed;
}

}  // namespace loads::metrics
