// The broker and its agents. Its consoles: broker_consoles.cpp.

#include "broker/core/broker.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/run_id.h"
#include "common/version.h"
#include "proto/version.h"

namespace loads::broker {
namespace {

using namespace std::chrono_literals;

constexpr proto::Nanoseconds kLongestTurn = 500ms;  // of a broker that is well
constexpr proto::Nanoseconds kPublicationPeriod = 500ms;
constexpr proto::Nanoseconds kCheckpointPeriod = 30s;
constexpr proto::Nanoseconds kRollCallPeriod = 200ms;
constexpr std::uint32_t kLeasesMinor = 1;  // of the first agents that stop when their lease ends
constexpr std::uint32_t kPlansMinor = 2;   // of the first agents that know plans of more than fixed users
constexpr std::uint32_t kCredit = 64;      // unacknowledged batches of a share

std::vector<const Agent*> those_that_suit(const proto::RunOrder& order, std::vector<const Agent*> agents) {
  std::erase_if(agents, [&](const Agent* agent) {
    const bool of_another_kind = !order.test.machine.empty() && order.test.machine != agent->hello.machine;
    const std::uint32_t needed = !order.plan.is_plain() ? kPlansMinor : order.rebalance ? kLeasesMinor : 0;
    return of_another_kind || agent->hello.minor < needed;
  });
  return agents;
}

}  // namespace

std::unique_ptr<Run> Broker::load(RunRecord record, Now now) {
  const std::string id = record.run;
  auto run = std::make_unique<Run>(std::move(record), outside_, fleet_, now);
  const auto restore = [&](std::span<const std::uint8_t> page, bool is_checkpoint) { run->restore_page(page, is_checkpoint); };
  if (!outside_.read_pages(id, restore)) return nullptr;
  run->restored();
  return run;
}

void Broker::restore(RunRecord record, Now now) {
  const std::string id = record.run;
  if (record.state == proto::RunState::queued) queue_.push_back(id);
  auto run = load(std::move(record), now);
  if (run == nullptr) return;  // asked for again when an agent or a user speaks of it
  for (const LeaseRecord& lease : run->record().leases) fleet_.expect(lease.agent, lease.incarnation, lease.name, now);
  if (!run->is_settled()) runs_.emplace(id, std::move(run));
}

std::set<std::string> Broker::bundles() const {
  std::set<std::string> all;
  for (const auto& [id, run] : runs_) {
    if (!run->is_over()) all.insert(run->record().order.test.bundle);
  }
  return all;
}

Run* Broker::find(const std::string& run) {
  const auto found = runs_.find(run);
  return found == runs_.end() ? nullptr : found->second.get();
}

Run* Broker::find_or_load(const std::string& id, Now now) {
  if (Run* run = find(id)) return run;
  if (!is_run_id(id)) return nullptr;
  auto record = outside_.find(id);
  if (!record) return nullptr;
  auto run = load(std::move(*record), now);
  if (run == nullptr) return nullptr;
  return runs_.emplace(id, std::move(run)).first->second.get();
}

bool Broker::is_busy(const std::string& agent) const {
  return std::any_of(runs_.begin(), runs_.end(), [&](const auto& entry) { return entry.second->occupies(agent); });
}

void Broker::on_agent(const Route& route, proto::FromAgent message, std::string_view bytes, Now now) {
  heed_stand_still(now);
  if (const auto* hello = std::get_if<proto::Hello>(&message)) return handle(route, *hello, now);
  Agent* agent = fleet_.at(route);
  if (agent == nullptr) return outside_.to_agent(route, proto::Rehello{identity_.epoch});
  // One that was taken for lost has to say what it holds before it is believed again.
  if (agent->lost) return outside_.to_agent(route, proto::Rehello{identity_.epoch});
  agent->heard = agent->spoke = now.steady;
  if (std::holds_alternative<proto::Goodbye>(message)) return on_unreachable(route, now);
  if (const auto* beat = std::get_if<proto::Beat>(&message)) return handle(*agent, *beat, now);
  if (const auto* prepared = std::get_if<proto::Prepared>(&message)) return handle(*agent, *prepared, now);
  if (const auto* want = std::get_if<proto::WantChunk>(&message)) return handle(*agent, *want);
  if (const auto* batch = std::get_if<proto::Batch>(&message)) return handle(*agent, *batch, bytes, now);
}

// It is lost without further waiting; should it come back, it says hello.
void Broker::on_unreachable(const Route& route, Now now) {
  if (Agent* agent = fleet_.at(route)) agent->heard = now.steady - kLostAfter;
}

void Broker::handle(const Route& route, const proto::Hello& hello, Now now) {
  const Agent* before = fleet_.find(hello.agent);
  const bool restarted = before == nullptr || before->hello.incarnation != hello.incarnation;
  for (const proto::HeldLease& held : hello.leases) {
    const Run* run = find(held.run);
    if (run != nullptr && run->must_commit_for(held, restarted)) return;  // it says hello again in a second
  }
  const Fleet::Arrival arrival = fleet_.hello(route, hello, now);
  if (!arrival.accepted) {
    outside_.note("refused agent " + hello.name + ": " + arrival.message);
    outside_.to_agent(route, proto::Refused{arrival.id, arrival.message});
    if (arrival.ousted) outside_.to_agent(*arrival.ousted, proto::Refused{arrival.id, arrival.message});
    return;
  }
  if (arrival.ousted)
    outside_.to_agent(*arrival.ousted, proto::Refused{"agent-superseded", "a later start of this agent has taken its place"});
  outside_.note("agent " + hello.name + " is here");
  const Agent& agent = *fleet_.find(hello.agent);
  proto::Welcome welcome{identity_.cluster, identity_.epoch, std::string(version()), proto::kMinor, kCredit, {}};
  std::vector<std::pair<Run*, const proto::HeldLease*>> known;
  for (const proto::HeldLease& held : hello.leases) {
    Run* run = find_or_load(held.run, now);
    known.emplace_back(run, &held);
    if (run == nullptr) welcome.leases.push_back({held.run, held.lease, proto::LeaseDecision::unknown, 0, {}});
  }
  for (const auto& [run, held] : known) {
    if (run != nullptr) welcome.leases.push_back(run->on_held(*held, agent));
  }
  outside_.to_agent(route, std::move(welcome));
  for (const auto& [run, held] : known) {
    if (run != nullptr) run->catch_up(*held);
  }
  for (const auto& [id, run] : runs_) run->on_returned(agent, hello.leases);
}

void Broker::handle(Agent& agent, const proto::Beat& beat, Now now) {
  if (std::max(beat.leases.size(), beat.progress.size()) > kMostHeldLeases)
    return outside_.note("agent " + agent.hello.name + " speaks of more shares than one may have: not heeded");
  agent.clock_error = beat.clock_error;
  for (const proto::HeldLease& held : beat.leases) {
    Run* run = find_or_load(held.run, now);
    const LeaseRecord* lease = run == nullptr ? nullptr : run->lease(held.lease);
    if (lease == nullptr) continue;
    if (lease->agent == agent.hello.agent) {
      run->catch_up(held);
    } else if (lease->had_before(agent.hello.agent)) {
      return outside_.to_agent(agent.route, proto::Rehello{identity_.epoch});  // an order that came late: its hello is told to forget it
    }
  }
  for (const auto& [id, run] : runs_) {
    if (run->state() == proto::RunState::preparing) run->on_returned(agent, beat.leases);
  }
  for (const proto::LeaseProgress& progress : beat.progress) {
    Run* run = find(progress.run);
    const LeaseRecord* lease = run == nullptr ? nullptr : run->lease(progress.lease);
    if (lease != nullptr && lease->agent == agent.hello.agent) {
      run->on_progress(progress);
      run->note_clock(progress.lease, beat.clock_error);
    }
  }
  // An agent at work beats with its batch, and is answered with the acknowledgement: both together cost hardly more than one.
  if (agent.unacknowledged) return beats_.push_back({agent.route, beat.sent, now.steady});
  outside_.to_agent(agent.route, proto::BeatAnswer{beat.sent, now.steady, now.steady});
}

void Broker::handle(Agent& agent, const proto::Prepared& prepared, Now now) {
  Run* run = find(prepared.run);
  const LeaseRecord* lease = run == nullptr ? nullptr : run->lease(prepared.lease);
  if (lease != nullptr && lease->agent == agent.hello.agent) run->on_prepared(prepared, now);
}

void Broker::handle(Agent& agent, const proto::WantChunk& want) {
  if (auto data = outside_.read_chunk(want.bundle, want.offset)) {
    outside_.to_agent(agent.route, proto::Chunk{want.bundle, want.offset, std::move(*data)});
  }
}

void Broker::handle(Agent& agent, const proto::Batch& batch, std::string_view bytes, Now now) {
  Run* run = find_or_load(batch.run, now);
  const LeaseRecord* lease = run == nullptr ? nullptr : run->lease(batch.lease);
  // A share belongs to one agent: nobody else's word counts.
  if (lease == nullptr || lease->agent != agent.hello.agent || lease->given_up) {
    outside_.note("agent " + agent.hello.name + " sent figures of a share that it does not have");
    return;
  }
  run->on_batch(batch, bytes);
  agent.unacknowledged = true;
  unacked_[{batch.run, batch.lease}] = agent.route;  // also what came twice, or too early: the agent has to know where it stands
}

void Broker::committed(Now now, const std::set<std::string>& waiting) {
  for (const auto& [id, run] : runs_) {
    if (!waiting.contains(id)) run->committed();
  }
  for (const auto& [key, route] : std::exchange(unacked_, {})) {
    if (const Run* run = find(key.first)) outside_.to_agent(route, proto::Ack{key.first, key.second, run->durable_seq(key.second)});
    if (Agent* agent = fleet_.at(route)) agent->unacknowledged = false;
  }
  for (const BeatToAnswer& beat : std::exchange(beats_, {})) {
    outside_.to_agent(beat.route, proto::BeatAnswer{beat.sent, beat.received, now.steady});
  }
}

std::vector<const Agent*> Broker::free_agents(Now now) const {
  std::vector<const Agent*> free;
  for (const auto& [id, agent] : fleet_.all()) {
    if (!agent.route.empty() && Fleet::state(agent, is_busy(id), now) == proto::AgentState::free) free.push_back(&agent);
  }
  return free;
}

std::vector<const Agent*> Broker::free_agents(const proto::RunOrder& order, Now now) const {
  return those_that_suit(order, free_agents(now));
}

void Broker::reserve_for_queued(Now now) {
  std::erase_if(queue_, [&](const std::string& id) {
    const Run* run = find(id);
    return run == nullptr || run->state() != proto::RunState::queued;
  });
  if (queue_.empty()) return;
  // Once for all of them: each run has to be asked of each agent.
  std::vector<const Agent*> free = free_agents(now);
  for (const std::string& id : queue_) {
    Run& run = *find(id);
    const std::size_t wanted = run.record().order.plan.agents;
    if (free.size() < wanted) continue;
    auto chosen = those_that_suit(run.record().order, free);
    if (chosen.size() < wanted) continue;
    chosen.resize(wanted);
    run.reserve(chosen, now);
    std::erase_if(free, [&](const Agent* agent) { return run.occupies(agent->hello.agent); });
  }
}

void Broker::call_the_roll(Now now) {
  if (now.steady < next_roll_call_) return;
  next_roll_call_ = now.steady + kRollCallPeriod;
  for (const std::string& agent : fleet_.newly_lost(now)) {
    outside_.note("agent " + fleet_.find(agent)->hello.name + " is silent: lost");
    for (const auto& [id, run] : runs_) run->on_agent_lost(agent);
  }
}

// A broker that stood still has not listened: nobody was silent. Before any message is taken, else those whose messages come first would be
// excused for what they have said since, and the others not at all by then. Of each turn a little counts all the same: where all turns are
// slow somebody has to be lost at last.
void Broker::heed_stand_still(Now now) {
  const proto::Nanoseconds gap = now.steady - std::exchange(last_turn_, now.steady);
  if (gap < now.steady && gap > kLongestTurn) fleet_.excuse(gap - kLongestTurn);
}

void Broker::tick(Now now) {
  heed_stand_still(now);
  call_the_roll(now);
  deal_shares(now);
  reserve_for_queued(now);
  const bool publish = now.steady >= next_publication_;
  const bool checkpoint = now.steady >= next_checkpoint_;
  if (publish) next_publication_ = now.steady + kPublicationPeriod;
  if (checkpoint) {
    next_checkpoint_ = now.steady + kCheckpointPeriod;
    fleet_.forget_lost(now, [this](const std::string& agent) { return is_busy(agent); });
  }
  for (const auto& [id, run] : runs_) {
    run->tick(now);
    const bool news = run->take_news();
    if (news || (publish && !run->is_over())) {
      proto::Snapshot snapshot = run->published(now);
      snapshot.epoch = identity_.epoch;
      outside_.publish(snapshot);
    }
    if (checkpoint && run->state() >= proto::RunState::running && !run->is_over()) outside_.checkpoint(id, run->ledger().checkpoint());
  }
  std::erase_if(runs_, [&](const auto& entry) {
    const auto waits = unacked_.lower_bound({entry.first, 0});
    return entry.second->is_settled() && (waits == unacked_.end() || waits->first.first != entry.first);
  });
}

}  // namespace loads::broker
