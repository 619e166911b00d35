#include "runner/cluster/cluster_report.h"

#include <csignal>

#include "common/duration.h"
#include "common/failure.h"
#include "common/thresholds/judge.h"
#include "common/version.h"
#include "runner/cluster/agent_news.h"

namespace loads::runner {
namespace {

using proto::AgentShare;
using proto::RunState;
using proto::ShareEnd;

constexpr const char* kUnbalanced =
    "the figures of an agent contradict each other: do not believe them. This is an error of ours, please report it.";

std::string end_of(const AgentShare& share) {
  if (share.end) return std::string(to_string(*share.end));
  return share.lost ? "lost" : "";
}

std::string missing_answers(const AgentShare& share) {
  if (share.in_flight == 0) return {};
  return ", at most " + std::to_string(share.in_flight) + (share.in_flight == 1 ? " answer is missing" : " answers are missing");
}

// Agents that were lost, and what is missing because of it.
void add_doubt(const AgentShare& share, std::vector<Doubt>& doubts) {
  const std::string agent = "agent " + share.agent + ": ";
  const std::string why = share.message.empty() ? end_of(share) : share.message;
  if (!share.end) {
    doubts.push_back({"lost-agent", agent + "lost after " + format_clock(share.lost_at) + ", what it did from then on is missing" +
                                        taken_over(share) + "."});
    return;
  }
  const char* id = *share.end == ShareEnd::crashed ? "test-crashed" : *share.end == ShareEnd::agent_lost ? "lost-agent" : "worker-died";
  doubts.push_back({id, agent + why + missing_answers(share) + taken_over(share) + "."});
}

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
  return status.balanced ? "" : kUnbalanced;
}

}  // namespace

Report cluster_report(const proto::Snapshot& snapshot, const Viewpoint& viewpoint) {
  const proto::RunStatus& status = snapshot.status;
  Report report;
  report.run_id = status.run;
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
  for (const AgentShare& share : status.agents) {
    report.agents.push_back({share.agent, end_of(share), share.message, share.in_flight});
    if (share.is_lacking()) add_doubt(share, report.doubts);
  }
  for (const proto::Warning& warning : status.warnings) report.doubts.push_back({warning.id, warning.message, warning.validity});
  if (!status.balanced) report.doubts.push_back({"unbalanced", kUnbalanced, metrics::Validity::invalid});
  return report;
}

}  // namespace loads::runner
