#include "runner/cluster/cluster_commands.h"

#include <algorithm>
#include <iostream>

#include "common/duration.h"
#include "common/failure.h"
#include "common/wall_time.h"
#include "runner/cluster/broker_connection.h"
#include "runner/cluster/cluster_report.h"
#include "runner/outputs.h"
#include "runner/report/figures.h"
#include "runner/report/load_changes.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using proto::AgentState;

int print(const std::string& text, int exit_code = exit_code::passed) {
  std::cout << text << std::flush;
  if (!std::cout) throw Failure(exit_code::local_resource, "cannot write to stdout. Is the disk full?", "unwritable");
  return exit_code;
}

std::size_t count(const proto::Pong& pong, AgentState state) {
  return static_cast<std::size_t>(
      std::count_if(pong.agents.begin(), pong.agents.end(), [&](const proto::AgentStatus& agent) { return agent.state == state; }));
}

std::string agent_line(const proto::AgentStatus& agent) {
  std::string line = "  " + padded_right(printable(agent.name), 24) + "  " + padded_right(std::string(to_string(agent.state)), 7);
  line += "  " + counted(agent.cores, "core", "cores") + "  " + printable(agent.machine) + "  loads " + printable(agent.version);
  if (!agent.run.empty()) line += "  run " + printable(agent.run);
  if (agent.state == AgentState::suspect || agent.state == AgentState::lost) line += "  silent for " + format_clock(agent.silent);
  return line + "\n";
}

// What its figures are worth, of a run that has some and is over.
std::string validity_column(const proto::RunLine& run) {
  if (!proto::is_over(run.state)) return {};
  return padded_right(run.validity ? std::string(to_string(*run.validity)) : kNoValue, 7) + "  ";
}

std::string run_line(const proto::RunLine& run) {
  return "  " + printable(run.run) + "  " + padded_right(std::string(to_string(run.state)), 10) + "  " + validity_column(run) +
         format_local_clock(run.submitted) + "  " + padded_left(counted(run.agents, "agent", "agents"), 9) + "  " + printable(run.user) +
         "  " + printable(run.test) + (run.note.empty() ? "" : "  tag " + printable(run.note)) + "\n";
}

template <typename Lines, typename Line>
std::string lines_of(const Lines& lines, Line line) {
  std::string text;
  for (const auto& one : lines) text += line(one);
  return text;
}

Report report_from(BrokerConnection& broker, const Options& options, const std::string& run) {
  const auto snapshot = broker.ask<proto::Snapshot>(proto::Attach{0, run});
  const proto::RunStatus& status = snapshot.status;
  if (!proto::is_over(status.state)) {
    throw Failure(exit_code::usage,
                  "run " + status.run + " is not over, it is " + std::string(to_string(status.state)) +
                      ". To follow it: loads-runner --attach " + status.run + ".",
                  "still-running");
  }
  if (status.state == proto::RunState::failed) throw Failure(status.exit_code, status.message, status.error_id);
  Report report = cluster_report(snapshot, {0, options.cluster.tolerate_lost_agents, options.conditions.thresholds});
  settle(report, options.exit_codes);
  return report;
}

int report_of(const Options& options, BrokerConnection& broker) {
  const Outputs outputs(options);
  const Report report = report_from(broker, options, options.cluster.run);
  outputs.write(report);
  return report.exit_code;
}

int stop(const Options& options, BrokerConnection& broker) {
  const auto done = broker.ask<proto::Done>(proto::StopRun{0, options.cluster.run, false});
  const std::string& run = options.cluster.run;
  return print(done.count > 0 ? "Stopping run " + run + ".\n" : "Run " + run + " is over already.\n");
}

int steer(const Options& options, BrokerConnection& broker, proto::SteerKind kind) {
  const auto steered = broker.ask<proto::Steered>(proto::SteerRun{0, options.cluster.run, kind, options.cluster.factor});
  return print("Run " + steered.run + ": " + in_words({steered.at, steered.factor}) + ".\n");
}

int purge(BrokerConnection& broker) {
  const auto done = broker.ask<proto::Done>(proto::Purge{});
  return print(done.count > 0 ? "Purged.\n" : "Nothing to purge.\n");
}

}  // namespace

Report stored_report(const Options& options, const BrokerAddress& address, const std::string& run) {
  BrokerConnection broker(address);
  return report_from(broker, options, run);
}

std::string ping_text(const proto::Pong& pong) {
  std::string text = "Broker running on pid " + std::to_string(pong.pid) + "\n";
  const std::size_t agents = pong.agents.size() - count(pong, AgentState::lost);
  text += counted(agents, "agent", "agents") + " registered\n" + lines_of(pong.agents, agent_line);
  if (pong.runs.empty()) return text + "Nothing is running right now.\n";
  return text + "We have " + std::to_string(pong.runs.size()) + " run(s) right now:\n" + lines_of(pong.runs, run_line);
}

std::string runs_text(const proto::Pong& pong) {
  std::string text = pong.runs.empty() ? "Nothing is running right now.\n" : "Running:\n" + lines_of(pong.runs, run_line);
  if (!pong.ended.empty()) text += "Ended, the latest first:\n" + lines_of(pong.ended, run_line);
  return text;
}

Health health_of(const proto::Pong& pong) {
  const std::size_t free = count(pong, AgentState::free);
  const std::size_t busy = count(pong, AgentState::busy);
  const std::size_t suspect = count(pong, AgentState::suspect);
  const std::size_t lost = count(pong, AgentState::lost);
  Health health;
  health.text = "Broker running on pid " + std::to_string(pong.pid) + ", loads " + printable(pong.version) + "\n";
  health.text += counted(pong.agents.size() - lost, "agent", "agents") + " registered: " + std::to_string(free) + " free, " +
                 std::to_string(busy) + " busy, " + std::to_string(suspect) + " suspect, " + std::to_string(lost) + " lost\n";
  for (const proto::AgentStatus& agent : pong.agents) {
    if (agent.state == AgentState::suspect || agent.state == AgentState::lost) health.text += agent_line(agent);
  }
  for (const proto::Warning& trouble : pong.troubles) health.text += "! " + printable(trouble.message) + " [" + trouble.id + "]\n";
  const bool broker_fails =
      std::any_of(pong.troubles.begin(), pong.troubles.end(), [](const proto::Warning& trouble) { return trouble.id == "broker-disk"; });
  health.exit_code = broker_fails ? exit_code::no_broker : free == 0 || lost > 0 ? exit_code::too_few_agents : exit_code::passed;
  if (health.exit_code == exit_code::passed) health.text += "All is well.\n";
  if (health.exit_code == exit_code::too_few_agents && free == 0) health.text += "No agent is free. Start more: loads-agent.\n";
  return health;
}

int run_cluster_command(const Options& options, const BrokerAddress& address) {
  BrokerConnection broker(address);
  switch (options.cluster.command) {
    case ClusterCommand::ping: return print(ping_text(broker.pong()));
    case ClusterCommand::runs: return print(runs_text(broker.pong()));
    case ClusterCommand::stop: return stop(options, broker);
    case ClusterCommand::scale: return steer(options, broker, proto::SteerKind::scale);
    case ClusterCommand::pause: return steer(options, broker, proto::SteerKind::pause);
    case ClusterCommand::resume: return steer(options, broker, proto::SteerKind::resume);
    case ClusterCommand::report: return report_of(options, broker);
    case ClusterCommand::purge: return purge(broker);
    case ClusterCommand::health_check: {
      const Health health = health_of(broker.pong());
      return print(health.text, health.exit_code);
    }
    case ClusterCommand::attach:
    case ClusterCommand::none: break;
  }
  throw std::logic_error("no command of this function's");
}

}  // namespace loads::runner
