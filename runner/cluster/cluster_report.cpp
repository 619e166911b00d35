#include "runner/cluster/cluster_report.h"

#include <csignal>

#include "common/failure.h"
#include "common/thresholds/judge.h"
#include "common/version.h"
#include "proto/doubts.h"

namespace loads::runner {
namespace {

using proto::RunState;

bool has_crashed(const proto::RunStatus& status) {
  return status.state == RunState::incomplete && status.exit_code == exit_code::cannot_load;
}

bool has_sound_figures(const proto::RunStatus& status) { return status.balanced && status.error_id != "damaged-figures"; }

bool lacks_something(const proto::RunStatus& status) { return status.state == RunState::incomplete || !status.balanced; }

Ending ending_of(const proto::RunStatus& status, const Viewpoint& viewpoint) {
  if (has_crashed(status)) return Ending::crashed;
  // Lost agents may be put up with, figures that contradict themselves or got lost may not.
  if (lacks_something(status) && (!viewpoint.tolerate_lost_agents || !has_sound_figures(status))) return Ending::incomplete;
  const bool asked = viewpoint.stop_signal != 0 || !status.abort.empty();
  const bool stopped = status.state == RunState::stopped || (status.state == RunState::incomplete && asked);
  if (!stopped) return Ending::completed;
  if (!status.abort.empty()) return Ending::aborted;
  if (viewpoint.stop_signal == 0) return Ending::stopped;
  return viewpoint.stop_signal == SIGTERM ? Ending::terminated : Ending::interrupted;
}

std::string what_is_missing(const proto::RunStatus& status) {
  if (status.state == RunState::incomplete) return status.message;
  return status.balanced ? "" : proto::kUnbalanced;
}

}  // namespace

Report cluster_report(const proto::Snapshot& snapshot, const Viewpoint& viewpoint) {
  const proto::RunStatus& status = snapshot.status;
  Report report;
  report.run_id = status.run;
  report.tag = status.note;
  report.version = version();
  report.plan = status.plan;
  report.started = status.started == proto::WallTime{} ? status.submitted : status.started;
  report.duration = status.duration;
  report.totals = snapshot.totals;
  report.history = snapshot.history;
  report.ending = ending_of(status, viewpoint);
  report.fraction = status.state == RunState::finished ? 1.0 : status.fraction();
  report.missing = what_is_missing(status);
  report.abort = status.abort;
  report.load_changes = status.steering.changes;
  report.thresholds = thresholds::judge_all(thresholds::united(status.thresholds, viewpoint.thresholds), snapshot.totals.all(),
                                            status.plan.measured(status.duration));
  for (const proto::AgentShare& share : status.agents)
    report.agents.push_back({share.agent, proto::end_of(share), share.message, share.in_flight});
  report.doubts = proto::doubts_of(status);
  return report;
}

}  // namespace loads::runner
