#include "broker/service/lookout.h"

#include <algorithm>

#include "broker/metrics/exposition.h"
#include "common/version.h"

namespace loads::broker {

void Lookout::on_saved(const RunRecord& record, const Run& run, Now now) {
  if (!proto::is_over(record.state)) return;
  proto::RunStatus status = run.status(now);
  status.state = record.state;
  ended_[record.run] = {figures_of(status, run.ledger().totals()), now.steady + kShownFor};
  if (ended_.size() <= kMostRunsShown) return;
  ended_.erase(std::ranges::min_element(ended_, {}, [](const auto& entry) { return entry.second.until; }));
}

void Lookout::tick(const Broker& broker, Now now) {
  std::erase_if(ended_, [&](const auto& entry) { return entry.second.until < now.steady; });
  if (server_.is_wanted()) server_.give(text(broker, now));
}

std::string Lookout::text(const Broker& broker, Now now) const {
  Scene scene{std::string(version()), broker.count_agents(now), {}};
  for (const auto& [id, ended] : ended_) scene.runs.push_back(ended.figures);
  broker.for_each_run([&](const Run& run) {
    if (!ended_.contains(run.id())) scene.runs.push_back(figures_of(run.status(now), run.ledger().totals()));
  });
  return exposition(std::move(scene));
}

}  // namespace loads::broker
