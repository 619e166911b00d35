#include "broker/core/run.h"

#include <algorithm>
#include <utility>

#include "common/duration.h"
#include "common/failure.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

using proto::Nanoseconds;
using proto::RunState;
using proto::ShareEnd;
using namespace std::chrono_literals;

constexpr Nanoseconds kBundleLimit = 60s;   // without a part of the bundle
constexpr Nanoseconds kPrepareLimit = 60s;  // for fetching the bundle and loading the test
constexpr Nanoseconds kLeastLead = 100ms;   // from the last agent's readiness to the start
constexpr Nanoseconds kBeyondPlan = 30s;    // that a run may take longer than planned
constexpr Nanoseconds kBeyondStop = 10s;    // that shares may take longer to end than the stop timeout
constexpr Nanoseconds kSpoolGrace = 20s;    // for lost agents to come back with what they hold
constexpr Nanoseconds kLongestLimit = 24h * 365;

Nanoseconds later(Now now, Nanoseconds limit) { return now.steady + std::clamp(limit, Nanoseconds(0), kLongestLimit); }

// When a run that does what it was told is over at the latest, counted from its start; nothing when it is bounded by hits.
std::optional<Nanoseconds> longest_run(const proto::RunOrder& order) {
  const auto planned = order.plan.total_duration();
  if (!planned) return {};
  const plan::Seconds stops = plan::Seconds(order.settings.stop_timeout) * static_cast<double>(order.plan.steps.size());
  return std::chrono::duration_cast<Nanoseconds>(std::min<plan::Seconds>(*planned + stops + kBeyondPlan, kLongestLimit));
}

bool is_loss(ShareEnd end) { return end != ShareEnd::completed && end != ShareEnd::stopped; }

}  // namespace

Run::Run(RunRecord record, Outside& outside, Fleet& fleet, Now now) : record_(std::move(record)), outside_(outside), fleet_(fleet) {
  switch (record_.state) {
    case RunState::queued: deadline_ = later(now, record_.order.wait_agents); break;
    case RunState::preparing: begin_preparing(now); break;
    case RunState::ready: start_at_ = later(now, kLeastLead); break;  // those that know a start keep it
    case RunState::running:
    case RunState::stopping: {
      start_at_ = now.steady - std::max<Nanoseconds>(now.wall - record_.started, Nanoseconds(0));
      const auto limit =
          record_.state == RunState::running ? longest_run(record_.order) : record_.order.settings.stop_timeout + kBeyondStop;
      deadline_ = limit ? later(now, *limit) : Nanoseconds::max();
      break;
    }
    default: break;
  }
}

void Run::restore_page(std::span<const std::uint8_t> record, bool is_checkpoint) {
  if (is_checkpoint) {
    if (!ledger_.restore(record)) outside_.note("run " + id() + ": a checkpoint of its ledger cannot be read");
    return;
  }
  const auto decoded = proto::decode<proto::FromAgent>(record);
  const auto* batch = decoded ? std::get_if<proto::Batch>(&decoded.message) : nullptr;
  if (batch == nullptr || ledger_.enter(*batch) == Ledger::Entry::too_early)
    outside_.note("run " + id() + ": a page of its ledger cannot be read");
}

void Run::committed() {
  for (const LeaseRecord& lease : record_.leases) {
    const Ledger::Account* account = ledger_.account(lease.lease);
    if (account != nullptr) durable_[lease.lease] = {account->seq, account->tally, account->result.has_value()};
  }
}

std::uint64_t Run::durable_seq(proto::Lease lease) const {
  const auto found = durable_.find(lease);
  return found == durable_.end() ? 0 : found->second.seq;
}

// Leases are numbered from 1 in the order of the record.
LeaseRecord* Run::find(proto::Lease lease) { return lease == 0 || lease > record_.leases.size() ? nullptr : &record_.leases[lease - 1]; }

const LeaseRecord* Run::lease(proto::Lease lease) const { return const_cast<Run*>(this)->find(lease); }

bool Run::has_ended(const LeaseRecord& lease) const {
  if (lease.given_up) return true;
  const auto durable = durable_.find(lease.lease);
  return durable != durable_.end() && durable->second.ended;
}

// The end of its last batch: what it did from then on is missing, should it not come back.
Nanoseconds Run::known_until(const LeaseRecord& lease) const {
  const Ledger::Account* account = ledger_.account(lease.lease);
  return account == nullptr ? Nanoseconds(0) : account->until;
}

bool Run::is_unwanted(const LeaseRecord& lease) const { return is_over() || lease.given_up; }

bool Run::all_ended() const {
  return std::all_of(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) { return has_ended(lease); });
}

bool Run::has_sent_nothing() const { return is_over() && record_.started == proto::WallTime{}; }

bool Run::is_settled() const { return has_sent_nothing() || (is_over() && all_ended() && !late_); }

bool Run::occupies(const std::string& agent) const {
  if (has_sent_nothing()) return false;
  return std::any_of(record_.leases.begin(), record_.leases.end(),
                     [&](const LeaseRecord& lease) { return lease.agent == agent && !has_ended(lease); });
}

bool Run::save_as(RunState state) {
  RunRecord next = record_;
  next.state = state;
  if (!outside_.save(next)) return false;
  outside_.note("run " + id() + ": " + std::string(to_string(state)) + (next.message.empty() ? "" : ": " + next.message));
  record_ = std::move(next);
  return true;
}

void Run::send(const LeaseRecord& lease, const proto::ToAgent& message) {
  const Agent* agent = fleet_.find(lease.agent);
  if (agent != nullptr && !agent->route.empty()) outside_.to_agent(agent->route, message);
}

void Run::send_prepare(const LeaseRecord& lease) {
  const auto index = static_cast<std::uint32_t>(&lease - record_.leases.data());
  send(lease, proto::Prepare{id(), lease.lease, index, record_.order});
}

void Run::send_start(const LeaseRecord& lease) { send(lease, proto::Start{id(), lease.lease, start_at_}); }

void Run::reserve(const std::vector<const Agent*>& agents, Now now) {
  RunRecord before = record_;
  for (const Agent* agent : agents) {
    const auto number = static_cast<proto::Lease>(record_.leases.size() + 1);
    record_.leases.push_back({number, agent->hello.agent, agent->hello.incarnation, agent->hello.name, false, {}, false});
  }
  if (!save_as(RunState::preparing)) {
    record_ = std::move(before);
    return;
  }
  begin_preparing(now);
}

// The test has to be here before it can go on to the agents.
void Run::begin_preparing(Now now) {
  const std::string& bundle = record_.order.test.bundle;
  if (!bundle.empty() && !outside_.has_bundle(bundle)) {
    deadline_ = later(now, kBundleLimit);
    return ask_for_bundle();
  }
  preparing_ = true;
  deadline_ = later(now, kPrepareLimit);
  for (const LeaseRecord& lease : record_.leases) send_prepare(lease);
}

void Run::ask_for_bundle() {
  if (!console_.empty()) outside_.to_console(console_, proto::WantChunk{record_.order.test.bundle, wanted_offset_});
}

void Run::submitted_by(const Route& console, Now now) {
  console_ = console;
  if (state() != RunState::preparing || preparing_) return;
  wanted_offset_ = 0;
  begin_preparing(now);
}

void Run::on_chunk(const proto::Chunk& chunk, const Route& console, Now now) {
  const proto::TestSource& test = record_.order.test;
  if (state() != RunState::preparing || preparing_ || chunk.bundle != test.bundle || console != console_) return;
  if (chunk.offset != wanted_offset_) return;                          // an answer to a question that was asked twice
  if (outside_.has_bundle(chunk.bundle)) return begin_preparing(now);  // another console was quicker
  std::string why_not;
  const auto next = outside_.add_chunk(chunk, test.bundle_size, why_not);
  if (!next) return fail(exit_code::local_resource, "bundle", "the broker cannot take the test's files: " + why_not, now);
  wanted_offset_ = *next;
  deadline_ = later(now, kBundleLimit);
  if (*next < test.bundle_size) return ask_for_bundle();
  begin_preparing(now);
}

void Run::on_prepared(const proto::Prepared& prepared, Now now) {
  const LeaseRecord* lease = find(prepared.lease);
  if (lease == nullptr || state() != RunState::preparing) return;
  if (prepared.exit_code != 0) {
    return fail(prepared.exit_code, prepared.error_id, "agent " + lease->name + ": " + prepared.message, now);
  }
  progress_[prepared.lease].ready = true;
  if (all_ready()) arrange_start(now);
}

bool Run::all_ready() const {
  return std::all_of(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) {
    const auto progress = progress_.find(lease.lease);
    return progress != progress_.end() && progress->second.ready;
  });
}

const LeaseRecord* Run::first_ended() const {
  const auto found =
      std::find_if(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) { return has_ended(lease); });
  return found == record_.leases.end() ? nullptr : &*found;
}

std::string Run::unready() const {
  std::string names;
  for (const LeaseRecord& lease : record_.leases) {
    const auto progress = progress_.find(lease.lease);
    if (progress == progress_.end() || !progress->second.ready) names += (names.empty() ? "" : ", ") + lease.name;
  }
  return names;
}

// All agents begin at one instant, far enough ahead for the message to arrive everywhere.
void Run::arrange_start(Now now) {
  Nanoseconds error{};
  for (const LeaseRecord& lease : record_.leases) {
    if (const Agent* agent = fleet_.find(lease.agent)) error = std::max(error, agent->clock_error);
  }
  const Nanoseconds lead = kLeastLead + 4 * std::min(error, Nanoseconds(1s));
  const proto::WallTime before = std::exchange(record_.started, now.wall + lead);
  if (!save_as(RunState::ready)) {
    record_.started = before;
    return;
  }
  start_at_ = now.steady + lead;
  for (const LeaseRecord& each : record_.leases) send_start(each);
}

proto::LeaseVerdict Run::on_held(const proto::HeldLease& held, const Agent& agent) {
  proto::LeaseVerdict verdict{held.run, held.lease, proto::LeaseDecision::unknown, 0, {}};
  LeaseRecord* lease = find(held.lease);
  if (lease == nullptr || lease->agent != agent.hello.agent) return verdict;
  if (const auto durable = durable_.find(held.lease); durable != durable_.end()) {
    verdict.durable_seq = durable->second.seq;
    verdict.tally = durable->second.tally;
  }
  // It had come without its share before, and has found it after all.
  if (std::exchange(lease->given_up, false)) unsaved_ = late_ = true;
  verdict.decision = is_over() && held.working ? proto::LeaseDecision::stop : proto::LeaseDecision::keep;
  if (has_ended(*lease)) verdict.decision = proto::LeaseDecision::closed;
  if (std::exchange(lease->lost, false)) {
    outside_.note("run " + id() + ": agent " + lease->name + " is back");
    unsaved_ = true;
    quiet_since_ = {};
  }
  return verdict;
}

bool Run::must_commit_for(const proto::HeldLease& held) const {
  const Ledger::Account* account = ledger_.account(held.lease);
  return account != nullptr && account->seq > held.last_seq && account->seq > durable_seq(held.lease);
}

void Run::catch_up(const proto::HeldLease& held) {
  const LeaseRecord* lease = find(held.lease);
  if (lease == nullptr || has_ended(*lease)) return;
  if (is_unwanted(*lease)) return send(*lease, proto::Stop{id(), held.lease, true});
  if (state() == RunState::preparing && preparing_ && !progress_[held.lease].ready) send_prepare(*lease);
  if (state() >= RunState::ready && state() != RunState::stopping && !held.started) send_start(*lease);
  if (state() == RunState::stopping) send(*lease, proto::Stop{id(), held.lease, cut_sent_});
}

void Run::on_returned(const Agent& agent, const std::vector<proto::HeldLease>& held) {
  bool changed = false;
  for (LeaseRecord& lease : record_.leases) {
    if (lease.agent != agent.hello.agent || has_ended(lease)) continue;
    const bool known =
        std::any_of(held.begin(), held.end(), [&](const proto::HeldLease& one) { return one.run == id() && one.lease == lease.lease; });
    if (known) continue;
    if (state() == RunState::preparing) {
      if (std::exchange(lease.incarnation, agent.hello.incarnation) != agent.hello.incarnation) progress_[lease.lease].ready = false;
      lease.lost = false;
      if (preparing_ && !progress_[lease.lease].ready) send_prepare(lease);
      continue;
    }
    // The same start of the agent has not forgotten it: what it says is old.
    if (lease.incarnation == agent.hello.incarnation) continue;
    lease.given_up = true;
    lease.lost_at = known_until(lease);
    changed = true;
  }
  unsaved_ = unsaved_ || changed;
}

void Run::on_agent_lost(const std::string& agent, Now now) {
  for (LeaseRecord& lease : record_.leases) {
    if (lease.agent != agent || lease.lost || has_ended(lease)) continue;
    lease.lost = true;
    lease.lost_at = known_until(lease);
    outside_.note("run " + id() + ": agent " + lease.name + " is lost");
    if (state() == RunState::preparing) {
      return fail(exit_code::too_few_agents, "lost-agent", "agent " + lease.name + " was lost before the start", now);
    }
    unsaved_ = true;
  }
}

void Run::on_progress(const proto::LeaseProgress& progress) {
  if (find(progress.lease) == nullptr) return;
  Progress& known = progress_[progress.lease];
  known.users = progress.users;
  known.fraction = progress.fraction;
  known.tally = progress.tally;
}

Ledger::Entry Run::on_batch(const proto::Batch& batch, std::string_view bytes) {
  const Ledger::Entry entry = ledger_.enter(batch);
  if (entry != Ledger::Entry::entered) return entry;
  outside_.append(id(), bytes);
  late_ = is_over() && !has_sent_nothing();  // what was missing comes after all
  return entry;
}

void Run::stop(bool cut, Now now) {
  if (is_over()) return;
  record_.stop_requested = true;
  if (state() < RunState::ready) {
    record_.ended = now.wall;
    if (!save_as(RunState::stopped)) return;
    for (const LeaseRecord& lease : record_.leases) send(lease, proto::Stop{id(), lease.lease, true});
    return;
  }
  // The load stops whether the disk takes it or not.
  cut_sent_ = cut_sent_ || cut;
  for (const LeaseRecord& lease : record_.leases) {
    if (!has_ended(lease)) send(lease, proto::Stop{id(), lease.lease, cut_sent_});
  }
  begin_stopping(now);
}

void Run::begin_stopping(Now now) {
  if (state() == RunState::stopping || !save_as(RunState::stopping)) return;  // tick() tries again
  deadline_ = later(now, record_.order.settings.stop_timeout + kBeyondStop);
}

void Run::fail(int exit_code, const std::string& id_of_error, const std::string& message, Now now) {
  record_.exit_code = exit_code;
  record_.error_id = id_of_error;
  record_.message = message;
  record_.ended = now.wall;
  if (!save_as(RunState::failed)) return;
  for (const LeaseRecord& lease : record_.leases) send(lease, proto::Stop{id(), lease.lease, true});
}

void Run::tick(Now now) {
  if (record_.stop_requested && state() < RunState::ready) return stop(true, now);  // it could not be saved before
  switch (state()) {
    case RunState::queued:
      if (now.steady >= deadline_) {
        fail(exit_code::too_few_agents, "not-enough-agents",
             "no " + std::to_string(record_.order.plan.agents) + " agents were free within " + format_duration(record_.order.wait_agents),
             now);
      }
      return;
    case RunState::preparing:
      if (now.steady >= deadline_) {
        const std::string who =
            preparing_ ? "not ready within " + format_duration(kPrepareLimit) + ": " + unready() : "the test's files did not arrive";
        fail(exit_code::too_few_agents, "not-ready", who, now);
      } else if (const LeaseRecord* gone = first_ended()) {
        fail(exit_code::too_few_agents, "lost-agent", "agent " + gone->name + " ended before the start", now);
      } else if (preparing_ && all_ready()) {
        arrange_start(now);  // it could not be saved before
      }
      return;
    case RunState::ready:
      if (now.steady >= start_at_ && save_as(RunState::running)) {
        const auto limit = longest_run(record_.order);
        deadline_ = limit ? later(now, *limit) : Nanoseconds::max();
      }
      break;
    case RunState::running:
      if (now.steady >= deadline_) stop(true, now);
      break;
    case RunState::stopping: tick_stopping(now); break;
    default:
      if (late_ && all_ended()) conclude(now);
      return;
  }
  if (record_.stop_requested) begin_stopping(now);
  if (unsaved_ && !is_over()) unsaved_ = !outside_.save(record_);
  conclude_when_settled(now);
}

// First patience, then the knife, then those that do not even heed that are given up for lost.
void Run::tick_stopping(Now now) {
  if (now.steady < deadline_) return;
  if (!cut_sent_) {
    deadline_ = later(now, kBeyondStop);
    return stop(true, now);
  }
  for (LeaseRecord& lease : record_.leases) {
    if (!has_ended(lease) && !std::exchange(lease.lost, true)) lease.lost_at = known_until(lease);
  }
}

// Lost agents have some time to come back with what they hold.
void Run::conclude_when_settled(Now now) {
  if (all_ended()) return conclude(now);
  const bool settled = std::all_of(record_.leases.begin(), record_.leases.end(),
                                   [this](const LeaseRecord& lease) { return lease.lost || has_ended(lease); });
  if (!settled) {
    quiet_since_ = {};
  } else if (quiet_since_ == Nanoseconds{}) {
    quiet_since_ = now.steady;
  } else if (now.steady - quiet_since_ >= kSpoolGrace) {
    conclude(now);
  }
}

void Run::conclude(Now now) {
  const bool first = !is_over();
  bool lost = false;
  bool crashed = false;
  bool stopped = record_.stop_requested;
  for (const LeaseRecord& lease : record_.leases) {
    const Ledger::Account* account = ledger_.account(lease.lease);
    const auto end = account != nullptr && account->result ? account->result->end : ShareEnd::agent_lost;
    lost = lost || is_loss(end);
    crashed = crashed || end == ShareEnd::crashed;
    stopped = stopped || end == ShareEnd::stopped;
  }
  record_.message = lost ? what_is_missing() : "";
  record_.exit_code = crashed ? exit_code::cannot_load : lost ? exit_code::too_few_agents : 0;
  record_.error_id = crashed ? "test-crashed" : lost ? "lost-agent" : "";
  record_.duration = ledger_.duration();
  if (first) record_.ended = now.wall;
  // The figures come first: a record that says that all is well rests on them.
  if (!outside_.checkpoint(id(), ledger_.checkpoint())) return;
  if (!save_as(lost ? RunState::incomplete : stopped ? RunState::stopped : RunState::finished)) return;
  late_ = false;
  outside_.publish(published(now));
}

}  // namespace loads::broker
