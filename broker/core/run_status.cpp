// How a run is shown to consoles.

#include <algorithm>

#include "broker/core/clock_doubt.h"
#include "broker/core/run.h"
#include "common/duration.h"
#include "common/failure.h"

namespace loads::broker {
namespace {

constexpr std::size_t kMostListed = 100;  // shares, and warnings, of a published state
constexpr std::size_t kMostNamed = 20;    // agents, in the sentence that says what is missing

// The figures of all names in one entry: what a live view shows, in a message that stays small.
metrics::Totals in_one(const metrics::Totals& totals) {
  metrics::Totals out;
  for (const metrics::Totals::Step& step : totals.steps()) {
    metrics::Slice slice;
    slice.step = step.slice.step;
    slice.outcomes = step.slice.outcomes;
    slice.problems = step.slice.problems;
    slice.sockets = step.slice.sockets;
    slice.arrivals = step.slice.arrivals;
    if (!step.slice.requests.empty()) slice.requests["all"] = step.slice.all_requests();
    out.add(slice);
    out.set_step_duration(slice.step, step.duration);
  }
  return out;
}

// Thousands of shares are too many for a message that goes out twice a second: those that lack nothing are put together.
proto::RunStatus shortened(proto::RunStatus status) {
  status.thresholds.clear();
  if (status.warnings.size() > kMostListed) status.warnings.resize(kMostListed);
  if (status.agents.size() <= kMostListed) return status;
  proto::UnlistedShares& rest = status.unlisted;
  std::vector<proto::AgentShare> listed;
  double fractions = 0;
  for (proto::AgentShare& share : status.agents) {
    if (share.is_lacking() && listed.size() < kMostListed) {
      listed.push_back(std::move(share));
      continue;
    }
    ++rest.count;
    rest.lacking += share.is_lacking() ? 1 : 0;
    rest.users += share.lost ? 0 : share.users;
    fractions += std::clamp(share.fraction, 0.0, 1.0);
  }
  if (rest.count > 0) rest.fraction = fractions / rest.count;
  status.agents = std::move(listed);
  return status;
}

}  // namespace

proto::Nanoseconds Run::elapsed(Now now) const {
  if (is_over()) return record_.duration;
  if (state() < proto::RunState::ready || now.steady < start_at_) return {};
  return now.steady - start_at_;
}

proto::AgentShare Run::share_of(const LeaseRecord& lease) const {
  proto::AgentShare share;
  share.lease = lease.lease;
  share.agent = lease.name;
  share.lost = lease.lost && !has_ended(lease);
  share.lost_at = lease.lost_at;
  if (const LeaseRecord* next = heir(lease)) {
    share.taken_by = next->name;
    share.taken_at = next->begins;
  }
  if (lease.dealt_at != proto::Nanoseconds{}) show_takers(share, lease);
  const Share& last = this->share(lease);
  share.users = last.users;
  share.fraction = last.fraction;
  // What it had begun by its last sign of life, and the ledger does not know.
  const Ledger::Account* account = ledger_.account(lease.lease);
  const metrics::Tally known = account == nullptr ? metrics::Tally{} : account->tally;
  if (share.lost) share.in_flight = std::max({last.tally.sent, known.sent, known.settled}) - known.settled;
  if (lease.given_up) {
    share.end = proto::ShareEnd::agent_lost;
    share.message = "it came back without what it had measured after " + format_clock(lease.lost_at);
  }
  if (account != nullptr && account->result) {
    share.users = 0;
    if (account->result->end == proto::ShareEnd::completed) share.fraction = 1;
    share.end = account->result->end;
    share.message = account->result->message;
    share.in_flight = account->result->in_flight;
  }
  return share;
}

// Of one agent; empty: nothing is missing of it.
std::string Run::what_is_missing_of(const LeaseRecord& lease) const {
  const proto::AgentShare share = share_of(lease);
  if (share.end && !share.is_lacking()) return {};
  const std::string agent = "agent " + share.agent + ": ";
  if (!share.end) return agent + "lost after " + format_clock(share.lost_at) + ", what it did from then on is missing" + taken_over(share);
  const std::string why = share.message.empty() ? std::string(to_string(*share.end)) : share.message;
  const std::string answers = share.in_flight > 0 ? ", at most " + std::to_string(share.in_flight) + " answers are missing" : "";
  return agent + why + answers + taken_over(share);
}

// One sentence, that goes into a mail's and a command's environment too: the report has all of them.
std::string Run::what_is_missing() const {
  std::string text = record_.damage.empty() ? "" : "the broker's disk has lost figures of this run: " + record_.damage;
  std::size_t count = 0;
  for (const LeaseRecord& lease : record_.leases) {
    const std::string missing = lease.may_have_sent() ? what_is_missing_of(lease) : "";
    if (missing.empty() || ++count > kMostNamed) continue;
    text += (text.empty() ? "" : "; ") + missing;
  }
  if (count <= kMostNamed) return text;
  return text + "; and " + std::to_string(count - kMostNamed) + " more agents, which the report names";
}

// Also of a run that was concluded when all could be read.
void Run::show_damage(proto::RunStatus& status) const {
  status.warnings.push_back({"damaged-figures", "the broker's disk has lost figures of this run: " + record_.damage});
  if (!is_over() || has_sent_nothing() || status.state == proto::RunState::incomplete) return;
  status.state = proto::RunState::incomplete;
  status.message = what_is_missing();
  status.exit_code = exit_code::too_few_agents;
  status.error_id = "damaged-figures";
}

proto::RunStatus Run::status(Now now) const {
  proto::RunStatus status;
  status.run = id();
  status.state = state();
  status.plan = record_.order.plan;
  status.user = record_.order.user;
  status.submitted = record_.submitted;
  status.started = record_.started;
  status.duration = elapsed(now);
  for (const LeaseRecord& lease : record_.leases) {
    if (!lease.declined.empty())
      status.warnings.push_back({"not-ready", "agent " + lease.name + " could not go on with the share of another: " + lease.declined});
    if (!lease.may_have_sent()) continue;
    status.agents.push_back(share_of(lease));
    const Ledger::Account* account = ledger_.account(lease.lease);
    if (account == nullptr || !account->result) continue;
    for (const proto::Warning& warning : account->result->warnings)
      status.warnings.push_back({warning.id, "agent " + lease.name + ": " + warning.message, warning.validity});
  }
  status.warnings.insert(status.warnings.end(), record_.warnings.begin(), record_.warnings.end());
  if (auto doubt = clock_doubt(record_.leases)) status.warnings.push_back(std::move(*doubt));
  status.message = record_.message;
  status.exit_code = record_.exit_code;
  status.error_id = record_.error_id;
  status.balanced = ledger_.balanced();
  status.thresholds = record_.order.conditions.thresholds;
  status.abort = record_.abort;
  status.steering = record_.steering;
  status.note = record_.order.note;
  if (!record_.damage.empty()) show_damage(status);
  return status;
}

proto::Snapshot Run::snapshot(Now now) const { return {0, 0, ++seq_, status(now), ledger_.totals(), ledger_.history()}; }

proto::Snapshot Run::published(Now now) const { return {0, 0, ++seq_, shortened(status(now)), in_one(ledger_.totals()), {}}; }

}  // namespace loads::broker
