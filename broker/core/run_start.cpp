// A run until its start: the test is fetched, handed on and loaded, and all agents begin together.

#include <algorithm>
#include <utility>

#include "broker/core/capacity.h"
#include "broker/core/run.h"
#include "broker/core/run_limits.h"
#include "common/failure.h"

namespace loads::broker {

using proto::Nanoseconds;
using proto::RunState;
using namespace std::chrono_literals;

namespace {

constexpr int kMostTries = 3;                 // to agree on an instant that a slow disk leaves in the future
constexpr std::size_t kMostReplacements = 5;  // of one agent before the start: each has its time to get ready

}  // namespace

void Run::reserve(const std::vector<const Agent*>& agents, Now now) {
  RunRecord before = record_;
  for (const Agent* agent : agents) {
    const auto number = static_cast<proto::Lease>(record_.leases.size() + 1);
    record_.leases.push_back({number, agent->hello.agent, agent->hello.incarnation, agent->hello.name, false, {}, false, 0, {}, {}});
  }
  for (proto::Warning& note : beyond_capacity(record_.order.plan, agents)) record_.warnings.push_back(std::move(note));
  if (!save_as(RunState::preparing)) {
    record_ = std::move(before);
    return;
  }
  know_leases();
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
  deadline_ = later(now, prepare_limit(record_.order));
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
  LeaseRecord* lease = find(prepared.lease);
  if (lease == nullptr) return;
  if (state() == RunState::running && is_joining(*lease)) return join(*lease, prepared);
  if (state() != RunState::preparing) return;
  if (prepared.exit_code != 0) {
    return fail(prepared.exit_code, prepared.error_id, "agent " + lease->name + ": " + prepared.message, now);
  }
  set_ready(*lease, true);
  if (all_ready()) arrange_start(now);
}

bool Run::lacks_agents() const {
  return state() == RunState::preparing &&
         std::any_of(record_.leases.begin(), record_.leases.end(), [](const LeaseRecord& lease) { return lease.lost; });
}

void Run::replace_lost(const std::vector<const Agent*>& agents, Now now) {
  const RunRecord before = record_;
  std::vector<proto::Lease> replaced;
  auto next = agents.begin();
  for (LeaseRecord& lease : record_.leases) {
    if (!lease.lost) continue;
    const bool enough = lease.replaced.size() >= kMostReplacements;
    if (enough || next == agents.end()) {
      const std::string why = enough ? ", as were those that had its place before" : ", and there is no free one to take its place";
      return fail(exit_code::too_few_agents, "lost-agent", "agent " + lease.name + " was lost before the start" + why, now);
    }
    outside_.note("run " + id() + ": agent " + (*next)->hello.name + " takes the place of agent " + lease.name);
    lease.replaced.push_back(lease.agent);
    lease.agent = (*next)->hello.agent;
    lease.incarnation = (*next)->hello.incarnation;
    lease.name = (*next)->hello.name;
    lease.lost = false;
    lease.lost_at = {};
    lease.clock_error = {};
    replaced.push_back(lease.lease);
    ++next;
  }
  if (!outside_.save(record_)) {
    record_ = before;  // the next tick tries again
    return;
  }
  if (preparing_) deadline_ = later(now, prepare_limit(record_.order));
  for (const proto::Lease number : replaced) {
    const LeaseRecord& lease = record_.leases[number - 1];
    std::erase(leases_[before.leases[number - 1].agent], number);
    leases_[lease.agent].push_back(number);
    set_ready(lease, false);
    share(lease) = {};
    if (preparing_) send_prepare(lease);
  }
}

void Run::set_ready(const LeaseRecord& lease, bool ready) {
  if (std::exchange(share(lease).ready, ready) != ready) ready ? ++ready_ : --ready_;
}

bool Run::all_ready() const { return ready_ == record_.leases.size(); }

const LeaseRecord* Run::first_ended() const {
  const auto found =
      std::find_if(record_.leases.begin(), record_.leases.end(), [this](const LeaseRecord& lease) { return has_ended(lease); });
  return found == record_.leases.end() ? nullptr : &*found;
}

std::string Run::unready() const {
  std::string names;
  for (const LeaseRecord& lease : record_.leases) {
    if (!share(lease).ready) names += (names.empty() ? "" : ", ") + lease.name;
  }
  return names;
}

// How far ahead all agents have to be told of an instant.
Nanoseconds Run::lead() const {
  Nanoseconds error{};
  for (const LeaseRecord& lease : record_.leases) {
    if (const Agent* agent = fleet_.find(lease.agent)) error = std::max(error, agent->clock_error);
  }
  return kLeastLead + kLeadOfAgent * static_cast<std::int64_t>(record_.leases.size()) + 4 * std::min(error, Nanoseconds(1s));
}

// What was agreed for `ahead` from now is on the disk. That may have taken most of the time in which all were to hear of it; then it is
// agreed anew, for later.
void Run::keep_ahead(Now now, Nanoseconds ahead, const Agree& agree) {
  Now at = now + ahead;
  for (int tries = 0; tries < kMostTries; ++tries) {
    const Now then = outside_.now();
    if (at.steady - then.steady >= ahead / 2) return;
    ahead += 2 * (then.steady - now.steady);
    now = then;
    agree(now + ahead);
    if (!outside_.save(record_)) return agree(at);  // the disk knows that one
    at = now + ahead;
  }
}

// All agents begin at one instant.
void Run::arrange_start(Now now) {
  const Agree agree = [this](Now at) {
    record_.started = at.wall;
    start_at_ = at.steady;
  };
  const proto::WallTime before = record_.started;
  agree(now + lead());
  if (!save_as(RunState::ready)) {
    record_.started = before;
    return;
  }
  keep_ahead(now, lead(), agree);
  news_ = true;
  for (const LeaseRecord& each : record_.leases) send_start(each);
}

}  // namespace loads::broker
