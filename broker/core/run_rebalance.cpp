// A share that its agent cannot go on with goes to another one: RunOrder::rebalance. It gets a lease of its own, so that what either of
// them has measured is counted once, and what is left of the plan. When nobody is free, the parts of a rate go to those at work.

#include <algorithm>
#include <set>
#include <utility>

#include "broker/core/run.h"
#include "broker/core/run_limits.h"
#include "common/duration.h"

namespace loads::broker {
namespace {

using proto::Nanoseconds;
using proto::RunState;
using proto::ShareEnd;
using namespace std::chrono_literals;

constexpr Nanoseconds kLeastRest = 2s;   // of a plan, for which another agent is worth it
constexpr Nanoseconds kAskAgain = 1s;    // one that is to join, and does not say that it is ready
constexpr std::size_t kMostDeals = 100;  // of one share
constexpr std::size_t kMostHeirs = 32;   // of one part of a rate

// A test that crashes its worker would do so again.
bool can_go_on(ShareEnd end) { return end == ShareEnd::worker_lost || end == ShareEnd::agent_lost || end == ShareEnd::abandoned; }

}  // namespace

bool Run::may_deal(Now now) const {
  if (!record_.order.rebalance || state() != RunState::running || record_.stop_requested) return false;
  const auto planned = record_.order.plan.total_duration();
  return planned && *planned - plan::Seconds(now.steady - start_at_) >= plan::Seconds(kLeastRest);
}

bool Run::is_orphan(const LeaseRecord& lease) const {
  if (successors_.contains(lease.lease) || lease.dealt_at != Nanoseconds{}) return false;
  if (lease.given_up || !lease.declined.empty()) return true;
  if (!has_ended(lease)) return lease.lost;
  const Ledger::Account* account = ledger_.account(lease.lease);
  return account != nullptr && account->result && can_go_on(account->result->end);
}

// One that is only silent may be at work until its lease ends.
bool Run::has_let_go(const LeaseRecord& lease, Now now) const {
  if (has_ended(lease)) return true;
  const Agent* agent = fleet_.find(lease.agent);
  return agent != nullptr && now.steady - agent->spoke >= proto::kLeaseTtl;
}

bool Run::awaits_deal(Now now) const {
  return may_deal(now) &&
         std::any_of(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) { return is_orphan(lease); });
}

std::vector<proto::Lease> Run::orphans(Now now) const {
  std::vector<proto::Lease> orphans;
  if (!may_deal(now)) return orphans;
  for (const LeaseRecord& lease : record_.leases) {
    if (is_orphan(lease) && has_let_go(lease, now)) orphans.push_back(lease.lease);
  }
  return orphans;
}

bool Run::has_declined(const Agent& agent) const {
  return std::any_of(record_.leases.begin(), record_.leases.end(), [&](const LeaseRecord& lease) {
    return !lease.declined.empty() && lease.agent == agent.hello.agent && lease.incarnation == agent.hello.incarnation;
  });
}

void Run::deal(const std::vector<proto::Lease>& orphans, const std::vector<const Agent*>& agents, Now now) {
  const std::size_t before = record_.leases.size();
  auto orphan = orphans.begin();
  for (const Agent* agent : agents) {
    if (orphan == orphans.end() || record_.leases.size() >= record_.order.plan.agents * kMostDeals) break;
    if (has_declined(*agent)) continue;
    const auto number = static_cast<proto::Lease>(record_.leases.size() + 1);
    record_.leases.push_back(
        {number, agent->hello.agent, agent->hello.incarnation, agent->hello.name, false, {}, false, *orphan++, {}, {}});
  }
  if (record_.leases.size() == before) return;
  if (!outside_.save(record_)) return record_.leases.resize(before);
  know_leases();
  for (std::size_t i = before; i < record_.leases.size(); ++i) {
    const LeaseRecord& lease = record_.leases[i];
    join_limits_[lease.lease] = later(now, prepare_limit(record_.order));
    outside_.note("run " + id() + ": agent " + lease.name + " is to go on with the share of agent " + find(lease.after)->name);
    send_prepare(lease);
  }
}

std::vector<const LeaseRecord*> Run::at_work() const {
  std::vector<const LeaseRecord*> found;
  for (const LeaseRecord& lease : record_.leases) {
    if (lease.may_have_sent() && !lease.lost && !has_ended(lease) && !is_orphan(lease) && !is_unwanted(lease)) found.push_back(&lease);
  }
  return found;
}

// All that the share did, its own turn and what it had of others, is dealt to the heirs anew, at a time that is agreed on later.
std::vector<DealtPart> Run::parts_of(const LeaseRecord& orphan, const std::vector<const LeaseRecord*>& heirs) const {
  const std::uint32_t share = share_index(orphan);
  std::vector<plan::Turn> turns{{share, record_.order.plan.agents}};
  for (const DealtPart& dealt : record_.dealt_parts) {
    if (dealt.share == share) turns.push_back(dealt.part.turn);
  }
  std::vector<DealtPart> parts;
  for (const plan::Turn& turn : turns) {
    for (std::size_t i = 0; i < heirs.size(); ++i)
      parts.push_back({share_index(*heirs[i]), orphan.lease, {plan::Seconds(0), plan::within(turn, {i, heirs.size()})}});
  }
  return parts;
}

// Of a rate no agent has to be free, nor to load anything: those that are at work do more.
void Run::deal_parts(const std::vector<proto::Lease>& orphans, Now now) {
  if (orphans.empty() || !record_.order.plan.has_rate()) return;
  std::vector<const LeaseRecord*> heirs = at_work();
  if (heirs.empty()) return;
  const Nanoseconds ahead = kLeadOfChange + lead();
  const RunRecord before = record_;
  for (const proto::Lease orphan : orphans) {
    // Each time others begin, so that no agent has much more to do than the rest.
    std::rotate(heirs.begin(), heirs.begin() + static_cast<std::ptrdiff_t>(std::min(heirs.size() - 1, kMostHeirs)), heirs.end());
    const std::vector<const LeaseRecord*> chosen(heirs.begin(),
                                                 heirs.begin() + static_cast<std::ptrdiff_t>(std::min(heirs.size(), kMostHeirs)));
    const std::vector<DealtPart> parts = parts_of(*find(orphan), chosen);
    const bool too_fine = std::any_of(parts.begin(), parts.end(), [](const auto& one) { return one.part.turn.count > plan::kMostTurns; });
    if (too_fine || record_.dealt_parts.size() + parts.size() > plan::kMostParts) continue;
    record_.dealt_parts.insert(record_.dealt_parts.end(), parts.begin(), parts.end());
    outside_.note("run " + id() + ": " + std::to_string(chosen.size()) + " agents at work go on with the share of agent " +
                  find(orphan)->name);
  }
  const std::size_t first = before.dealt_parts.size();
  if (record_.dealt_parts.size() == first) return;
  const Agree agree = [&](Now at) { deal_at(since_start(at), first); };
  agree(now + ahead);
  if (!outside_.save(record_)) {
    record_ = before;
    return;
  }
  keep_ahead(now, ahead, agree);
  send_steering_to_all();
}

// The parts from the `first` on.
void Run::deal_at(plan::Seconds at, std::size_t first) {
  for (std::size_t i = first; i < record_.dealt_parts.size(); ++i) {
    DealtPart& dealt = record_.dealt_parts[i];
    dealt.part.at = at;
    find(dealt.lease)->dealt_at = std::chrono::duration_cast<Nanoseconds>(at);
  }
}

void Run::show_takers(proto::AgentShare& share, const LeaseRecord& lease) const {
  constexpr std::uint32_t kNamed = 3;
  std::set<std::uint32_t> takers;
  for (const DealtPart& dealt : record_.dealt_parts) {
    if (dealt.lease != lease.lease || !takers.insert(dealt.share).second || takers.size() > kNamed) continue;
    const LeaseRecord& first = record_.leases[dealt.share];
    const LeaseRecord* next = heir(first);
    share.taken_by += (takers.size() > 1 ? ", " : "") + (next == nullptr ? first : *next).name;
  }
  share.takers = static_cast<std::uint32_t>(takers.size());
  if (share.takers > kNamed) share.taken_by += " and " + std::to_string(share.takers - kNamed) + " more";
  share.taken_at = lease.dealt_at;
}

bool Run::is_joining(const LeaseRecord& lease) const { return !lease.may_have_sent() && !has_ended(lease); }

bool Run::will_never_begin(const LeaseRecord& lease) const {
  return !lease.may_have_sent() && (state() >= RunState::stopping || !lease.declined.empty() || successors_.contains(lease.lease));
}

void Run::join(const LeaseRecord& lease, const proto::Prepared& prepared) {
  if (prepared.exit_code != 0) return decline(*find(lease.lease), prepared.message);
  ready_to_join_.push_back(lease.lease);
}

// The load begins when it is on the disk that it may have: what a lease that has not begun lacks is nothing. All that have become ready
// since the last time are in one write, since the record is as long as there are agents.
void Run::begin_joined(Now now) {
  std::vector<LeaseRecord*> begun;
  for (const proto::Lease number : std::exchange(ready_to_join_, {})) {
    LeaseRecord& lease = *find(number);
    if (record_.stop_requested || lease.lost || !is_joining(lease)) continue;
    lease.begins = std::max(now.steady - start_at_, Nanoseconds(1));
    begun.push_back(&lease);
  }
  if (begun.empty()) return;
  const bool saved = outside_.save(record_);
  for (LeaseRecord* lease : begun) {
    if (saved) {
      send_start(*lease);
    } else {
      lease->begins = {};  // it is asked again
    }
  }
}

void Run::decline(LeaseRecord& lease, const std::string& why) {
  lease.declined = why.empty() ? "it cannot" : why;
  unsaved_ = true;
  outside_.note("run " + id() + ": agent " + lease.name + " does not go on with a share: " + lease.declined);
  send(lease, proto::Stop{id(), lease.lease, true});
}

void Run::tick_joining(Now now) {
  if (!record_.order.rebalance || now.steady < next_join_) return;
  next_join_ = now.steady + kAskAgain;
  for (LeaseRecord& lease : record_.leases) {
    if (!is_joining(lease) || lease.lost) continue;
    const Nanoseconds limit = join_limits_.try_emplace(lease.lease, later(now, prepare_limit(record_.order))).first->second;
    if (now.steady >= limit) {
      decline(lease, "not ready within " + format_duration(prepare_limit(record_.order)));
    } else {
      send_prepare(lease);
    }
  }
}

std::uint32_t Run::share_index(const LeaseRecord& lease) const {
  const LeaseRecord* first = &lease;
  while (first->after != 0) first = &record_.leases[first->after - 1];
  return first->lease - 1;
}

const LeaseRecord* Run::heir(const LeaseRecord& lease) const {
  for (auto next = successors_.find(lease.lease); next != successors_.end(); next = successors_.find(next->second)) {
    const LeaseRecord& one = record_.leases[next->second - 1];
    if (one.may_have_sent()) return &one;
  }
  return nullptr;
}

}  // namespace loads::broker
