// What agents that come, are lost and come back make of a run.

#include <algorithm>
#include <utility>

#include "broker/core/run.h"
#include "common/failure.h"

namespace loads::broker {

using proto::RunState;

proto::LeaseVerdict Run::on_held(const proto::HeldLease& held, const Agent& agent) {
  proto::LeaseVerdict verdict{held.run, held.lease, proto::LeaseDecision::unknown, 0, {}};
  LeaseRecord* lease = find(held.lease);
  if (lease == nullptr) return verdict;
  if (lease->agent != agent.hello.agent) {
    if (lease->had_before(agent.hello.agent)) verdict.decision = proto::LeaseDecision::closed;
    return verdict;
  }
  verdict.durable_seq = share(*lease).durable_seq;
  verdict.tally = share(*lease).durable_tally;
  // It had come without its share before, and has found it after all.
  if (std::exchange(lease->given_up, false)) unsaved_ = late_ = true;
  verdict.decision = is_unwanted(*lease) && held.working ? proto::LeaseDecision::stop : proto::LeaseDecision::keep;
  if (has_ended(*lease)) verdict.decision = proto::LeaseDecision::closed;
  if (std::exchange(lease->lost, false)) {
    outside_.note("run " + id() + ": agent " + lease->name + " is back");
    unsaved_ = true;
    quiet_since_ = {};
  }
  return verdict;
}

bool Run::must_commit_for(const proto::HeldLease& held, bool restarted) const {
  const Ledger::Account* account = ledger_.account(held.lease);
  return account != nullptr && account->seq > durable_seq(held.lease) && (restarted || account->seq > held.last_seq);
}

void Run::catch_up(const proto::HeldLease& held) {
  const LeaseRecord* lease = find(held.lease);
  if (lease == nullptr) return;
  if (has_ended(*lease)) {
    // Another Prepare came late, or its refusal is all that there is.
    if (!held.started) send(*lease, proto::Stop{id(), held.lease, true});
    return;
  }
  if (is_unwanted(*lease)) return send(*lease, proto::Stop{id(), held.lease, true});
  if (state() == RunState::preparing && preparing_ && !share(*lease).ready) send_prepare(*lease);
  if (state() >= RunState::ready && state() != RunState::stopping && !held.started && !is_joining(*lease)) send_start(*lease);
  if (held.started && held.steered < steering_of(*lease).size()) send_steering(*lease);
  if (state() == RunState::stopping) send(*lease, proto::Stop{id(), held.lease, cut_sent_});
}

void Run::on_returned(const Agent& agent, const std::vector<proto::HeldLease>& held) {
  bool changed = false;
  for (const proto::Lease number : leases_of(agent.hello.agent)) {
    LeaseRecord& lease = record_.leases[number - 1];
    if (has_ended(lease)) continue;
    const bool known =
        std::any_of(held.begin(), held.end(), [&](const proto::HeldLease& one) { return one.run == id() && one.lease == lease.lease; });
    if (known) continue;
    if (state() == RunState::preparing) {
      if (std::exchange(lease.incarnation, agent.hello.incarnation) != agent.hello.incarnation) set_ready(lease, false);
      lease.lost = false;
      if (preparing_ && !share(lease).ready) send_prepare(lease);
      continue;
    }
    if (is_joining(lease)) {  // asked again by tick(): what it said before it came is of an earlier start
      std::erase(ready_to_join_, number);
      lease.incarnation = agent.hello.incarnation;
      lease.lost = false;
      continue;
    }
    // The same start of the agent has not forgotten it: what it says is old. But when figures were lost, the share's end may be among them.
    if (lease.incarnation == agent.hello.incarnation && record_.damage.empty()) continue;
    lease.given_up = true;
    lease.lost_at = known_until(lease);
    changed = true;
  }
  unsaved_ = unsaved_ || changed;
}

void Run::on_agent_lost(const std::string& agent) {
  for (const proto::Lease number : leases_of(agent)) {
    LeaseRecord& lease = record_.leases[number - 1];
    if (lease.lost || has_ended(lease)) continue;
    lease.lost = true;
    lease.lost_at = known_until(lease);
    outside_.note("run " + id() + ": agent " + lease.name + " is lost");
    unsaved_ = true;
  }
}

}  // namespace loads::broker
