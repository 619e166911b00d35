// Shares that their agents cannot go on with, and the agents that are free.

#include "broker/core/broker.h"

namespace loads::broker {

void Broker::deal_shares(Now now) {
  for (const auto& [id, run] : runs_) {
    if (run->lacks_agents()) run->replace_lost(free_agents(run->record().order, now), now);
    const std::vector<proto::Lease> orphans = run->orphans(now);
    if (orphans.empty()) continue;
    run->deal(orphans, free_agents(run->record().order, now), now);
    run->deal_parts(run->orphans(now), now);
  }
}

}  // namespace loads::broker
