// Of a run: what is kept of it, and its states. Until its start: run_start.cpp. Its end: run_end.cpp. What agents that come and go make of
// it: run_agents.cpp and run_rebalance.cpp. What its user asks for meanwhile: run_steering.cpp. How it is shown: run_status.cpp.

#include "broker/core/run.h"

#include <algorithm>
#include <utility>

#include "broker/core/clock_doubt.h"
#include "broker/core/run_limits.h"
#include "common/duration.h"
#include "common/failure.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

using proto::Nanoseconds;
using proto::RunState;
using namespace std::chrono_literals;

constexpr Nanoseconds kBeyondPlan = 30s;     // that a run may take longer than planned
constexpr Nanoseconds kLongestQuiet = 2min;  // that no share of a run bounded by hits gives a sign of life
constexpr std::size_t kMostWarnings = 20;

// When a run that does what it was told is over at the latest, counted from its start; nothing when it is bounded by hits.
std::optional<Nanoseconds> longest_run(const proto::RunOrder& order) {
  const auto planned = order.plan.total_duration();
  if (!planned) return {};
  const plan::Seconds stops = plan::Seconds(order.settings.stop_timeout) * static_cast<double>(order.plan.steps.size());
  return std::chrono::duration_cast<Nanoseconds>(std::min<plan::Seconds>(*planned + stops + kBeyondPlan, kLongestLimit));
}

Nanoseconds limit_of(const proto::RunOrder& order) { return longest_run(order).value_or(kLongestQuiet); }

}  // namespace

Run::Run(RunRecord record, Outside& outside, Fleet& fleet, Now now)
    : record_(std::move(record)),
      outside_(outside),
      fleet_(fleet),
      tripwire_(record_.order.conditions.abort_thresholds, record_.order.conditions.fail_fast) {
  tripwire_.begin_at(std::chrono::duration_cast<Nanoseconds>(record_.order.plan.warm_up));
  know_leases();
  switch (record_.state) {
    case RunState::queued: deadline_ = later(now, record_.order.wait_agents); break;
    case RunState::preparing: begin_preparing(now); break;
    case RunState::ready: start_at_ = later(now, kLeastLead); break;  // those that know a start keep it
    case RunState::running:
    case RunState::stopping: {
      start_at_ = now.steady - std::max<Nanoseconds>(now.wall - record_.started, Nanoseconds(0));
      deadline_ =
          later(now, record_.state == RunState::running ? limit_of(record_.order) : record_.order.settings.stop_timeout + kBeyondStop);
      break;
    }
    default: break;
  }
  if (!record_.damage.empty()) ledger_.bear_gaps();
}

void Run::restore_page(std::span<const std::uint8_t> record, bool is_checkpoint) {
  if (is_checkpoint) {
    if (!ledger_.restore(record)) note_damage("a checkpoint of its figures cannot be read");
    tripwire_.begin_at(ledger_.duration());  // a checkpoint has no single seconds
    return;
  }
  const auto decoded = proto::decode<proto::FromAgent>(record);
  const auto* batch = decoded ? std::get_if<proto::Batch>(&decoded.message) : nullptr;
  if (batch == nullptr) return note_damage("a batch of its figures cannot be read");
  if (enter(*batch) != Ledger::Entry::too_early) return;
  note_damage("a batch of its figures is missing");
  static_cast<void>(enter(*batch));
}

Ledger::Entry Run::enter(const proto::Batch& batch) {
  const Ledger::Entry entry = ledger_.enter(batch);
  if (entry == Ledger::Entry::entered) tripwire_.add(batch.from, batch.to, batch.slices);
  return entry;
}

// The run goes on with what there is, and says so at its end.
void Run::note_damage(const std::string& what) {
  outside_.note("run " + id() + ": " + what);
  ledger_.bear_gaps();
  if (!record_.damage.empty()) return;
  record_.damage = what;
  unsaved_ = true;
}

void Run::restored() {
  const auto has_account = [this](const LeaseRecord& lease) { return ledger_.account(lease.lease) != nullptr; };
  if (record_.has_figures && std::none_of(record_.leases.begin(), record_.leases.end(), has_account))
    note_damage("all that it had is gone");
  for (const LeaseRecord& lease : record_.leases) entered_.push_back(lease.lease);
  committed();
}

// Fifty times a second: nothing here may cost as much as there are agents.
void Run::committed() {
  if (!note_figures()) return;
  for (const proto::Lease lease : entered_) {
    const Ledger::Account* account = ledger_.account(lease);
    if (account == nullptr) continue;
    Share& share = shares_[lease - 1];
    share.durable_seq = account->seq;
    share.durable_tally = account->tally;
    share.durably_ended = account->result.has_value();
  }
  entered_.clear();
}

// That there are figures is on the disk before any agent may throw its own away: should they be lost, that can be told. False: it is not,
// and the next commit tries again.
bool Run::note_figures() {
  const auto has_account = [this](proto::Lease lease) { return ledger_.account(lease) != nullptr; };
  if (record_.has_figures || std::none_of(entered_.begin(), entered_.end(), has_account)) return true;
  record_.has_figures = true;
  if (outside_.save(record_)) return true;
  record_.has_figures = false;
  return false;
}

std::uint64_t Run::durable_seq(proto::Lease lease) const {
  const LeaseRecord* known = this->lease(lease);
  return known == nullptr ? 0 : share(*known).durable_seq;
}

const std::vector<proto::Lease>& Run::leases_of(const std::string& agent) const {
  static const std::vector<proto::Lease> none;
  const auto found = leases_.find(agent);
  return found == leases_.end() ? none : found->second;
}

void Run::know_leases() {
  for (std::size_t i = shares_.size(); i < record_.leases.size(); ++i) {
    const LeaseRecord& lease = record_.leases[i];
    leases_[lease.agent].push_back(lease.lease);
    if (lease.after != 0) successors_[lease.after] = lease.lease;
    shares_.emplace_back().fraction = lease.fraction;
  }
}

// Leases are numbered from 1 in the order of the record.
LeaseRecord* Run::find(proto::Lease lease) { return lease == 0 || lease > record_.leases.size() ? nullptr : &record_.leases[lease - 1]; }

const LeaseRecord* Run::lease(proto::Lease lease) const { return const_cast<Run*>(this)->find(lease); }

bool Run::has_ended(const LeaseRecord& lease) const { return lease.given_up || will_never_begin(lease) || share(lease).durably_ended; }

// The end of its last batch: what it did from then on is missing, should it not come back.
Nanoseconds Run::known_until(const LeaseRecord& lease) const {
  const Ledger::Account* account = ledger_.account(lease.lease);
  return account == nullptr ? lease.begins : std::max(account->until, lease.begins);
}

bool Run::is_unwanted(const LeaseRecord& lease) const {
  return is_over() || lease.given_up || successors_.contains(lease.lease) || lease.dealt_at != Nanoseconds{};
}

bool Run::all_ended() const {
  return std::all_of(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) { return has_ended(lease); });
}

bool Run::has_sent_nothing() const { return is_over() && record_.started == proto::WallTime{}; }

bool Run::is_settled() const { return has_sent_nothing() || (is_over() && all_ended() && !late_); }

bool Run::occupies(const std::string& agent) const {
  if (has_sent_nothing()) return false;
  const auto& leases = leases_of(agent);
  return std::any_of(leases.begin(), leases.end(), [&](proto::Lease lease) { return !has_ended(record_.leases[lease - 1]); });
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

void Run::send_prepare(const LeaseRecord& lease) { send(lease, proto::Prepare{id(), lease.lease, share_index(lease), record_.order}); }

void Run::send_start(const LeaseRecord& lease) {
  send_steering(lease);
  send(lease, proto::Start{id(), lease.lease, start_at_, lease.after != 0});
}

void Run::on_progress(const proto::LeaseProgress& progress) {
  const LeaseRecord* lease = find(progress.lease);
  if (lease == nullptr) return;
  Share& known = share(*lease);
  known.users = progress.users;
  known.fraction = std::max(known.fraction, progress.fraction);  // a worker in the place of one that has died begins at 0
  known.tally = progress.tally;
  heard_of_ = true;
}

// What counts is what it knew when it began. One that was just met says so a second later.
void Run::note_clock(proto::Lease number, Nanoseconds error) {
  LeaseRecord* lease = find(number);
  if (lease == nullptr || is_over() || error < Nanoseconds(0)) return;
  const bool known = std::exchange(share(*lease).clock_known, true);
  if (state() > RunState::ready && (known || lease->clock_error != Nanoseconds(0))) return;
  const Nanoseconds noted = error > kClockLimit ? error : Nanoseconds(0);
  if (std::exchange(lease->clock_error, noted) != noted) unsaved_ = true;
}

Ledger::Entry Run::on_batch(const proto::Batch& batch, std::string_view bytes) {
  const Ledger::Entry entry = enter(batch);
  if (entry != Ledger::Entry::entered) return entry;
  heard_of_ = true;
  outside_.append(id(), bytes);
  entered_.push_back(batch.lease);
  late_ = is_over() && !has_sent_nothing();  // what was missing comes after all
  return entry;
}

void Run::stop(bool cut, Now now) {
  if (is_over()) return;
  record_.stop_requested = true;
  if (state() < RunState::ready) {
    record_.ended = now.wall;
    if (!save_as(RunState::stopped)) return;
    news_ = true;
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

// Until when all is known of those that are at work; nothing: nobody is. One whose plan is over only waits for its last test runs.
std::optional<Nanoseconds> Run::all_known_until() const {
  std::optional<Nanoseconds> known;
  for (const LeaseRecord& lease : record_.leases) {
    const Ledger::Account* account = ledger_.account(lease.lease);
    const bool over = has_ended(lease) || (account != nullptr && account->result.has_value());
    if (lease.lost || over || share(lease).fraction >= 1 || !lease.may_have_sent()) continue;
    known = std::min(known.value_or(Nanoseconds::max()), known_until(lease));
  }
  return known;
}

// The reason is in the store before any agent stops, or a broker that is killed in between would not know why they did.
void Run::heed_conditions(Now now) {
  if (tripwire_.empty() || record_.stop_requested) return;
  const auto known = all_known_until();
  if (!known) return;
  const auto trip = tripwire_.look(*known, ledger_.totals().all());
  if (!trip) return;
  record_.abort = {trip->by_threshold, trip->reason};
  outside_.note("run " + id() + ": aborted: " + trip->reason);
  unsaved_ = !outside_.save(record_);
  stop(false, now);
}

void Run::begin_stopping(Now now) {
  if (state() == RunState::stopping || !save_as(RunState::stopping)) return;  // tick() tries again
  deadline_ = later(now, record_.order.settings.stop_timeout + kBeyondStop);
}

void Run::warn(proto::Warning warning) {
  if (record_.warnings.size() >= kMostWarnings) return;
  record_.warnings.push_back(std::move(warning));
  outside_.save(record_);  // else it is in the log alone
}

void Run::fail(int exit_code, const std::string& id_of_error, const std::string& message, Now now) {
  record_.exit_code = exit_code;
  record_.error_id = id_of_error;
  record_.message = message;
  record_.ended = now.wall;
  if (!save_as(RunState::failed)) return;
  news_ = true;
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
        const std::string who = preparing_ ? "not ready within " + format_duration(prepare_limit(record_.order)) + ": " + unready()
                                           : "the test's files did not arrive";
        fail(exit_code::too_few_agents, "not-ready", who, now);
      } else if (const LeaseRecord* gone = first_ended()) {
        fail(exit_code::too_few_agents, "lost-agent", "agent " + gone->name + " ended before the start", now);
      } else if (preparing_ && all_ready()) {
        arrange_start(now);  // it could not be saved before
      }
      return;
    case RunState::ready:
      if (now.steady >= start_at_ && save_as(RunState::running)) deadline_ = later(now, limit_of(record_.order));
      break;
    case RunState::running:
      if (std::exchange(heard_of_, false) && !longest_run(record_.order)) deadline_ = later(now, kLongestQuiet);
      if (now.steady >= deadline_) stop(true, now);
      heed_conditions(now);
      begin_joined(now);
      tick_joining(now);
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

}  // namespace loads::broker
