// The broker and those who ask it for something.

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "broker/core/broker.h"
#include "common/failure.h"
#include "common/thresholds/parse.h"
#include "common/version.h"
#include "common/wall_time.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

constexpr std::size_t kEndedShown = 20;
constexpr std::uint32_t kMostAgents = 100'000;

proto::RunLine line_of(const RunRecord& record) {
  return {record.run, record.state, record.order.plan.test, record.order.user, record.submitted, record.order.plan.agents, record.validity};
}

std::string described(const RunRecord& record) {
  return record.run + " (" + record.order.plan.test + ", " + record.order.user + ", since " + format_local_clock(record.submitted) + ")";
}

proto::Error error_of(std::uint64_t request, int code, std::string id, std::string message) {
  return {request, code, std::move(id), std::move(message)};
}

// One of a URL, a module, which is in a bundle, and a command, whose files may be in one.
bool names_a_test(const proto::TestSource& test) {
  const bool is_external = !test.external.command.empty();
  return test.url.empty() ? is_external || !test.bundle.empty() : test.bundle.empty() && !is_external;
}

std::string trouble_with(const std::vector<std::string>& expressions, thresholds::Threshold (*read)(std::string_view)) {
  if (expressions.size() > thresholds::kMost) return "a run has " + std::to_string(thresholds::kMost) + " thresholds at most";
  try {
    for (const std::string& expression : expressions) static_cast<void>(read(expression));
  } catch (const std::invalid_argument& why) {
    return std::string("the broker cannot read a threshold: ") + why.what();
  }
  return {};
}

// Empty: nothing. They are from outside, and of a version that may be another.
std::string trouble_with(const proto::Conditions& conditions) {
  const std::string why = trouble_with(conditions.thresholds, thresholds::parse);
  return why.empty() ? trouble_with(conditions.abort_thresholds, thresholds::parse_abort) : why;
}

}  // namespace

void Broker::on_console(const Route& route, const proto::FromConsole& message, Now now) {
  heed_stand_still(now);
  std::visit([&](const auto& one) { handle(route, one, now); }, message);
}

std::optional<proto::Snapshot> Broker::report(const std::string& id, Now now) {
  const Run* run = find_or_load(id, now);
  if (run == nullptr) return {};
  return run->snapshot(now);
}

void Broker::warn(const std::string& id, proto::Warning warning, Now now) {
  if (Run* run = find_or_load(id, now)) run->warn(std::move(warning));
}

void Broker::handle(const Route& console, const proto::Ping& ping, Now now) {
  proto::Pong pong{ping.request, identity_.pid, proto::kMajor, std::string(version()), identity_.epoch, identity_.publisher, {}, {},
                   {},           troubles};
  for (const auto& [id, agent] : fleet_.all()) {
    std::string at;
    for (const auto& [run_id, run] : runs_) {
      if (run->occupies(id)) at = run_id;
    }
    pong.agents.push_back({id, agent.hello.name, agent.hello.version, agent.hello.machine, agent.hello.cores,
                           Fleet::state(agent, !at.empty(), now), at, now.steady - agent.heard, agent.clock_error});
  }
  for (const auto& [id, run] : runs_) {
    if (!run->is_over()) pong.runs.push_back(line_of(run->record()));
  }
  std::sort(pong.runs.begin(), pong.runs.end(), [](const auto& a, const auto& b) { return a.submitted < b.submitted; });
  for (const RunRecord& record : outside_.ended(kEndedShown)) pong.ended.push_back(line_of(record));
  outside_.to_console(console, std::move(pong));
}

std::string Broker::describe() const {
  const auto agents = std::count_if(fleet_.all().begin(), fleet_.all().end(), [](const auto& entry) { return !entry.second.lost; });
  const auto runs = std::count_if(runs_.begin(), runs_.end(), [](const auto& entry) { return !entry.second->is_over(); });
  return std::to_string(agents) + (agents == 1 ? " agent, " : " agents, ") + std::to_string(runs) + (runs == 1 ? " run goes" : " runs go") +
         " on";
}

const Run* Broker::run(const std::string& id) const {
  const auto found = runs_.find(id);
  return found == runs_.end() ? nullptr : found->second.get();
}

std::array<std::size_t, proto::count_of(proto::AgentState{})> Broker::count_agents(Now now) const {
  std::array<std::size_t, proto::count_of(proto::AgentState{})> count{};
  for (const auto& [id, agent] : fleet_.all()) ++count.at(static_cast<std::size_t>(Fleet::state(agent, is_busy(id), now)));
  return count;
}

std::string Broker::not_enough(const proto::RunOrder& order, std::size_t free, Now now) const {
  std::size_t here = 0;
  std::size_t other_machine = 0;
  for (const auto& [id, agent] : fleet_.all()) {
    if (Fleet::state(agent, false, now) != proto::AgentState::free) continue;
    ++here;
    if (!order.test.machine.empty() && agent.hello.machine != order.test.machine) ++other_machine;
  }
  std::string text = "Not enough agents running on that broker. Asked: " + std::to_string(order.plan.agents) +
                     ", Got: " + std::to_string(here) + " (" + std::to_string(free) + " free";
  const std::size_t busy = here - free - other_machine;
  if (busy > 0) text += ", " + std::to_string(busy) + " busy";
  for (const auto& [id, run] : runs_) {
    if (!run->is_over()) text += " with run " + described(run->record());
  }
  if (other_machine > 0) text += ", " + std::to_string(other_machine) + " of another kind than the test's " + order.test.machine;
  return text + "). Start more: loads-agent. Or wait for them: --wait-agents 60s.";
}

// Empty id: nothing speaks against it.
proto::Error Broker::why_not(const proto::Submit& submit, Now now) const {
  const proto::RunOrder& order = submit.order;
  const auto refuse = [&](int code, const char* id, std::string message) { return error_of(submit.request, code, id, std::move(message)); };
  if (order.plan.agents > kMostAgents)
    return refuse(exit_code::usage, "options", "no broker has " + std::to_string(order.plan.agents) + " agents");
  if (!names_a_test(order.test)) return refuse(exit_code::usage, "options", "a run needs a URL or a test module");
  if (std::min({order.wait_agents, order.settings.stop_timeout, order.settings.timeout, order.broker_loss_limit}) < proto::Nanoseconds(0)) {
    return refuse(exit_code::usage, "options", "a time of the order is negative");
  }
  if (const std::string why = trouble_with(order.conditions); !why.empty()) return refuse(exit_code::usage, "threshold", why);
  const std::size_t free = free_agents(order, now).size();
  if (free < order.plan.agents && order.wait_agents <= proto::Nanoseconds(0)) {
    return refuse(exit_code::too_few_agents, "not-enough-agents", not_enough(order, free, now));
  }
  return {};
}

void Broker::handle(const Route& console, const proto::Submit& submit, Now now) {
  // The same order again: its answer was lost, or its console has come back.
  for (const auto& [id, run] : runs_) {
    if (run->record().nonce != submit.nonce) continue;
    outside_.to_console(console, proto::Submitted{submit.request, id});
    return run->submitted_by(console, now);
  }
  for (const RunRecord& record : outside_.ended(kEndedShown)) {
    if (record.nonce == submit.nonce) return outside_.to_console(console, proto::Submitted{submit.request, record.run});
  }
  if (const proto::Error error = why_not(submit, now); !error.id.empty()) return outside_.to_console(console, error);
  RunRecord record;
  record.run = outside_.make_run_id();
  record.nonce = submit.nonce;
  record.order = submit.order;
  record.observers = submit.observers;
  record.submitted = now.wall;
  if (!outside_.save(record)) {
    return outside_.to_console(console,
                               error_of(submit.request, exit_code::local_resource, "broker-disk",
                                        "the broker cannot write to its disk; no run can be started. See loads-runner --health-check."));
  }
  const std::string id = record.run;
  outside_.note("run " + id + ": " + submit.order.plan.test + " of " + submit.order.user);
  Run& run = *runs_.emplace(id, std::make_unique<Run>(std::move(record), outside_, fleet_, now)).first->second;
  queue_.push_back(id);
  outside_.to_console(console, proto::Submitted{submit.request, id});
  run.submitted_by(console, now);
  reserve_for_queued(now);
}

std::pair<Run*, proto::Error> Broker::find_for_user(const std::string& prefix, Now now) {
  std::vector<Run*> meant;
  std::string list;
  for (const auto& [id, run] : runs_) {
    if (run->is_over() || !id.starts_with(prefix)) continue;
    meant.push_back(run.get());
    list += (list.empty() ? "" : ", ") + described(run->record());
  }
  if (meant.size() == 1) return {meant.front(), {}};
  if (meant.size() > 1)
    return {nullptr, error_of(0, exit_code::usage, "which-run", "several runs go on: " + list + ". Say which: --attach RUN.")};
  if (Run* run = find_or_load(prefix, now)) return {run, {}};
  const auto ended = outside_.ended(kEndedShown);
  const auto older =
      std::find_if(ended.begin(), ended.end(), [&](const RunRecord& record) { return !prefix.empty() && record.run.starts_with(prefix); });
  if (older != ended.end()) return {find_or_load(older->run, now), {}};
  std::string text = prefix.empty() ? "Nothing is running on that broker." : "There is no run " + prefix + " on that broker.";
  if (!ended.empty()) text += " Last run: " + described(ended.front()) + "; loads-runner --report " + ended.front().run + " shows it.";
  return {nullptr, error_of(0, exit_code::usage, "no-such-run", text)};
}

void Broker::handle(const Route& console, const proto::StopRun& stop, Now now) {
  auto [run, error] = find_for_user(stop.run, now);
  if (run == nullptr) {
    error.request = stop.request;
    return outside_.to_console(console, error);
  }
  const bool goes_on = !run->is_over();
  run->stop(stop.cut, now);
  outside_.to_console(console, proto::Done{stop.request, goes_on ? 1U : 0U});
}

void Broker::handle(const Route& console, const proto::SteerRun& steer, Now now) {
  auto [run, error] = find_for_user(steer.run, now);
  if (run == nullptr) {
    error.request = steer.request;
    return outside_.to_console(console, error);
  }
  auto answer = run->steer(steer.kind, steer.factor, now);
  std::visit(
      [&](auto& one) {
        one.request = steer.request;
        outside_.to_console(console, std::move(one));
      },
      answer);
}

void Broker::handle(const Route& console, const proto::Attach& attach, Now now) {
  auto [run, error] = find_for_user(attach.run, now);
  if (run == nullptr) {
    error.request = attach.request;
    return outside_.to_console(console, error);
  }
  proto::Snapshot snapshot = run->snapshot(now);
  snapshot.request = attach.request;
  snapshot.epoch = identity_.epoch;
  outside_.to_console(console, std::move(snapshot));
}

void Broker::handle(const Route& console, const proto::Purge& purge, Now now) {
  std::uint64_t count = 0;
  for (const auto& [id, run] : runs_) {
    if (run->is_over()) continue;
    run->stop(true, now);
    ++count;
  }
  outside_.to_console(console, proto::Done{purge.request, count});
}

void Broker::handle(const Route& console, const proto::Chunk& chunk, Now now) {
  for (const auto& [id, run] : runs_) run->on_chunk(chunk, console, now);
}

}  // namespace loads::broker
