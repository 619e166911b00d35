// A run whose agents could not bring what they had measured: it comes from their folders (broker/import), with the broker at rest.

#include <utility>

#include "broker/core/run.h"

namespace loads::broker {

void Run::found(proto::Lease number) {
  if (LeaseRecord* lease = find(number)) lease->lost = lease->given_up = false;
}

void Run::conclude_imported(Now now) {
  // One that has not ended may still be at work: a broker that is started again waits for it.
  for (LeaseRecord& lease : record_.leases) {
    if (is_over() && !has_ended(lease) && !std::exchange(lease.lost, true)) lease.lost_at = known_until(lease);
  }
  if (is_over() || all_ended()) conclude(now);
}

}  // namespace loads::broker
