// What a run's user asks of its load while it goes on.

#include <algorithm>
#include <cstdio>

#include "broker/core/run.h"
#include "broker/core/run_limits.h"
#include "common/failure.h"

namespace loads::broker {
namespace {

using proto::Nanoseconds;
using proto::RunState;
using proto::SteerKind;

constexpr std::uint32_t kSteeringMinor = 2;  // of the first agents that can be steered

}  // namespace

proto::Error Run::why_not_steer(SteerKind kind, double factor) const {
  const std::string run = "run " + id();
  // One that is ready may have begun since the last tick.
  if (state() != RunState::running && state() != RunState::ready)
    return {0, exit_code::usage, "not-running",
            run + " is " + std::string(to_string(state())) + ": the load of one that is running can be changed."};
  if (!record_.order.test.external.command.empty())
    return {0, exit_code::usage, "cannot-steer",
            run + " is of a --test-runner, whose processes run by themselves: it can be stopped only."};
  if (record_.steering.changes.size() >= plan::kMostChanges)
    return {0, exit_code::usage, "cannot-steer",
            run + " has been changed " + std::to_string(plan::kMostChanges) + " times, which is all there is room for."};
  if (const LeaseRecord* old = first_too_old_to_steer())
    return {0, exit_code::usage, "version",
            "agent " + old->name + " has a version of loads that cannot change a load: " + run + " goes on as planned."};
  return kind == SteerKind::scale ? why_not_scale(factor) : proto::Error{};
}

proto::Error Run::why_not_scale(double factor) const {
  if (!record_.order.plan.total_duration())
    return {
        0, exit_code::usage, "cannot-steer",
        "run " + id() + " is bounded by hits, which fixed users have to do: it can be paused, not scaled. What can: --duration, --rate."};
  if (factor > 0 && factor <= plan::kMostScale) return {};
  return {0, exit_code::usage, "options",
          "a load can be scaled to more than 0 and at most " + std::to_string(static_cast<int>(plan::kMostScale)) +
              " times the plan; --pause lets no test run begin."};
}

// Of one that is not here nobody knows; null: none.
const LeaseRecord* Run::first_too_old_to_steer() const {
  const auto is_too_old = [this](const LeaseRecord& lease) {
    const Agent* agent = has_ended(lease) ? nullptr : fleet_.find(lease.agent);
    return agent != nullptr && !agent->route.empty() && agent->hello.minor < kSteeringMinor;
  };
  const auto found = std::find_if(record_.leases.begin(), record_.leases.end(), is_too_old);
  return found == record_.leases.end() ? nullptr : &*found;
}

double Run::present_factor() const { return record_.steering.changes.empty() ? 1 : record_.steering.changes.back().factor; }

double Run::factor_for(SteerKind kind, double factor) const {
  if (kind == SteerKind::scale) return factor;
  if (kind == SteerKind::pause) return 0;
  const auto& changes = record_.steering.changes;
  const auto before = std::find_if(changes.rbegin(), changes.rend(), [](const auto& change) { return change.factor > 0; });
  return before == changes.rend() ? 1 : before->factor;
}

// All agents change at one instant, which is in the store before any of them is told.
std::variant<proto::Steered, proto::Error> Run::steer(SteerKind kind, double factor, Now now) {
  if (proto::Error why = why_not_steer(kind, factor); !why.id.empty()) return why;
  auto& changes = record_.steering.changes;
  const double wanted = factor_for(kind, factor);
  const Nanoseconds ahead = kLeadOfChange + lead();
  if (wanted != present_factor()) {
    const plan::Seconds earliest = changes.empty() ? plan::Seconds(0) : changes.back().at;
    changes.push_back({earliest, wanted});
    const Agree agree = [&](Now at) { changes.back().at = std::max(since_start(at), earliest); };
    agree(now + ahead);
    if (!outside_.save(record_)) {
      changes.pop_back();
      return proto::Error{0, exit_code::local_resource, "broker-disk", "the broker cannot write to its disk, so the load stays as it is."};
    }
    keep_ahead(now, ahead, agree);
    char text[64];
    std::snprintf(text, sizeof text, "%g times the plan from %.1f s on", wanted, changes.back().at.count());
    outside_.note("run " + id() + ": its load is " + text);
    send_steering_to_all();
  }
  const Nanoseconds at = changes.empty() ? Nanoseconds{} : std::chrono::duration_cast<Nanoseconds>(changes.back().at);
  return proto::Steered{0, id(), at, wanted};
}

plan::Steering Run::steering_of(const LeaseRecord& lease) const {
  plan::Steering steering = record_.steering;
  const std::uint32_t share = share_index(lease);
  for (const DealtPart& dealt : record_.dealt_parts) {
    if (dealt.share == share) steering.parts.push_back(dealt.part);
  }
  return steering;
}

void Run::send_steering(const LeaseRecord& lease) {
  plan::Steering steering = steering_of(lease);
  if (!steering.empty()) send(lease, proto::Steer{id(), lease.lease, std::move(steering)});
}

// Those that miss it are told again when they say what they know.
void Run::send_steering_to_all() {
  for (const LeaseRecord& lease : record_.leases) {
    if (lease.may_have_sent() && !has_ended(lease) && !is_unwanted(lease)) send_steering(lease);
  }
}

}  // namespace loads::broker
