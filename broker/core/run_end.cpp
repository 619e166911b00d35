// The end of a run: those at work are stopped, those that are lost are waited for, and what it came to is kept.

#include <algorithm>
#include <utility>

#include "broker/core/run.h"
#include "broker/core/run_limits.h"
#include "common/failure.h"
#include "proto/trust.h"

namespace loads::broker {
namespace {

using proto::Nanoseconds;
using proto::RunState;
using proto::ShareEnd;
using namespace std::chrono_literals;

constexpr Nanoseconds kSpoolGrace = 20s;  // for lost agents to come back with what they hold

}  // namespace

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

// Until when agents that hear no broker may go on by themselves, when all are lost. Those that have died do not, but that cannot be told.
// Once one has ended, so have the others: they have the same plan.
Nanoseconds Run::alone_until() const {
  if (state() != RunState::running || record_.stop_requested || first_ended() != nullptr) return quiet_since_;
  switch (record_.order.on_broker_loss) {
    case proto::BrokerLoss::stop: return quiet_since_;
    case proto::BrokerLoss::go_on: return deadline_;
    default: return std::min(deadline_, quiet_since_ + std::clamp(record_.order.broker_loss_limit, Nanoseconds(0), kLongestLimit));
  }
}

// Lost agents have some time to come back with what they hold.
void Run::conclude_when_settled(Now now) {
  if (awaits_deal(now)) {
    quiet_since_ = {};
    return;
  }
  if (all_ended()) return conclude(now);
  const bool settled = std::all_of(record_.leases.begin(), record_.leases.end(),
                                   [this](const LeaseRecord& lease) { return lease.lost || has_ended(lease); });
  if (!settled) {
    quiet_since_ = {};
  } else if (quiet_since_ == Nanoseconds{}) {
    quiet_since_ = now.steady;
  } else if (now.steady - alone_until() >= kSpoolGrace) {
    conclude(now);
  }
}

void Run::conclude(Now now) {
  const bool first = !is_over();
  bool lost = false;
  bool crashed = false;
  bool stopped = record_.stop_requested;
  for (LeaseRecord& lease : record_.leases) {
    lease.fraction = share(lease).fraction;  // a run that is over is read from the disk when somebody asks for it
    if (!lease.may_have_sent()) continue;
    const Ledger::Account* account = ledger_.account(lease.lease);
    const auto end = account != nullptr && account->result ? account->result->end : ShareEnd::agent_lost;
    lost = lost || is_loss(end);
    crashed = crashed || end == ShareEnd::crashed;
    stopped = stopped || end == ShareEnd::stopped;
  }
  const bool damaged = !record_.damage.empty();
  record_.message = lost || damaged ? what_is_missing() : "";
  record_.exit_code = crashed ? exit_code::cannot_load : lost || damaged ? exit_code::too_few_agents : 0;
  record_.error_id = crashed ? "test-crashed" : damaged ? "damaged-figures" : lost ? "lost-agent" : "";
  record_.duration = ledger_.duration();
  if (first) record_.ended = now.wall;
  proto::RunStatus status = this->status(now);
  status.duration = record_.duration;
  record_.validity = proto::trust_in(status, ledger_.totals().all()).validity;
  // The figures come first: a record that says that all is well rests on them.
  if (!outside_.checkpoint(id(), ledger_.checkpoint())) return;
  if (!save_as(lost || damaged ? RunState::incomplete : stopped ? RunState::stopped : RunState::finished)) return;
  late_ = false;
  news_ = true;
}

}  // namespace loads::broker
