#include "simulation/simulated_agent.h"

#include <utility>

#include "proto/codec.h"
#include "simulation/simulated_broker.h"

namespace loads::simulation {

std::string SimulatedAgent::route() const { return "agent" + std::to_string(number_) + "/" + std::to_string(link.generation); }

void SimulatedAgent::start() {
  const std::uint64_t life = ++life_;
  calls_left_ = -1;
  still_until_ = {};
  ++incarnation_;
  ++link.generation;
  const std::string name = "host/" + std::to_string(number_);
  agent_ = std::make_unique<agent::Agent>(
      agent::Identity{std::string(31, 'a') + std::to_string(number_), incarnation_, incarnation_, name, "x86_64", "1", 1}, *this,
      world_.spool_limit());
  act([this] {
    for (const auto& [key, kept] : std::map(leases_)) agent_->restore(kept.prepare, kept.checkpoint, kept.batches);
  });
  tick(life);
}

void SimulatedAgent::kill(Time until) {
  if (!alive()) return;
  world_.trace("agent " + std::to_string(number_) + " killed");
  workers_.clear();
  agent_.reset();
  ++life_;
  ++link.generation;
  for (auto& [key, kept] : leases_) kept.unwritten.clear();
  if (gone_) return;
  if (world_.chance(0.3)) lose_what_was_not_synced();
  world_.at(until, [this] {
    if (!alive()) start();
  });
}

void SimulatedAgent::kill_for_good() {
  gone_ = true;
  kill(world_.now());
}

// A power cut: batches are not synced to the agent's disk, but for those that came with a checkpoint.
void SimulatedAgent::lose_what_was_not_synced() {
  for (auto& [key, kept] : leases_) {
    const auto lost = world_.between(0, static_cast<std::int64_t>(kept.batches.size() - kept.synced));
    kept.batches.resize(kept.batches.size() - static_cast<std::size_t>(lost));
  }
}

void SimulatedAgent::may_be_killed() {
  if (calls_left_ < 0 || world_.calm()) return;
  if (calls_left_-- == 0) throw Killed{};
}

bool SimulatedAgent::disk_is_full() const { return world_.now() < disk_full_until_ && !world_.calm(); }

void SimulatedAgent::act(std::function<void()> what) {
  if (!alive()) return;
  if (world_.now() < still_until_) {
    world_.at(still_until_, [this, life = life_, what = std::move(what)] {
      if (life == life_) act(what);
    });
    return;
  }
  try {
    what();
  } catch (const Killed&) {
    kill(world_.now() + world_.between(100ms, 20s));
  }
}

void SimulatedAgent::tick(std::uint64_t life) {
  if (life != life_) return;
  act([this] { agent_->tick(world_.now()); });
  if (life == life_) world_.after(100ms, [this, life] { tick(life); });
}

void SimulatedAgent::send_from_broker(const proto::ToAgent& message) {
  world_.transmit(link, false, [this, message] { act([this, message] { agent_->on_broker(message, world_.now()); }); });
}

void SimulatedAgent::to_broker(std::string bytes) {
  may_be_killed();
  world_.transmit(link, true, [this, from = route(), bytes = std::move(bytes)] { world_.broker().receive_from_agent(from, bytes); });
}

void SimulatedAgent::start_worker(const proto::Prepare& prepare) {
  may_be_killed();
  const Key key{prepare.run, prepare.lease};
  // Through a socket: what it says arrives in order, a little later, and even when it has ended since.
  workers_[key] =
      std::make_unique<SimulatedWorker>(world_, prepare, leases_.at(key).box, [this, key, life = life_](proto::FromWorker message) {
        world_.after(1ms, [this, key, life, message = std::move(message)] {
          if (life == life_) hear(key, message);
        });
      });
}

void SimulatedAgent::restart_worker(const proto::Prepare& prepare, const metrics::Tally& counted) {
  may_be_killed();
  Kept& kept = leases_.at({prepare.run, prepare.lease});
  kept.counted = counted;
  kept.box = {};
  ++world_.restarts;
  start_worker(prepare);
}

void SimulatedAgent::hear(const Key& key, const proto::FromWorker& message) {
  const auto* batch = std::get_if<proto::Batch>(&message);
  act([this, key, message] { agent_->on_worker(key.first, key.second, message, world_.now()); });
  if (batch != nullptr && batch->result) world_.after(50ms, [this, key] { worker_gone(key, "exit code 0"); });
}

void SimulatedAgent::to_worker(proto::Lease lease, const std::string& run, const proto::ToWorker& message) {
  may_be_killed();
  const auto found = workers_.find({run, lease});
  if (found != workers_.end()) found->second->receive(message);
}

void SimulatedAgent::worker_gone(Key key, const std::string& why) {
  if (workers_.erase(key) == 0) return;
  world_.after(10ms, [this, life = life_, key, why] {
    if (life == life_) act([this, key, why] { agent_->on_worker_gone(key.first, key.second, why); });
  });
}

void SimulatedAgent::kill_worker(proto::Lease lease, const std::string& run) {
  world_.after(1ms, [this, key = Key{run, lease}] { worker_gone(key, "SIGKILL"); });
}

bool SimulatedAgent::lose_worker() {
  if (workers_.empty()) return false;
  worker_gone(workers_.begin()->first, "SIGSEGV");
  return true;
}

std::optional<metrics::Tally> SimulatedAgent::read_black_box(proto::Lease lease, const std::string& run) {
  const auto found = leases_.find({run, lease});
  if (found == leases_.end()) return {};
  return found->second.counted + found->second.box;
}

void SimulatedAgent::keep_lease(const proto::Prepare& prepare) {
  may_be_killed();
  Kept& kept = leases_[{prepare.run, prepare.lease}] = {};
  kept.prepare = prepare;
  may_be_killed();
}

void SimulatedAgent::keep_batch(proto::Lease lease, const std::string& run, std::string_view bytes) {
  may_be_killed();
  Kept& kept = leases_.at({run, lease});
  kept.unwritten.emplace_back(bytes);
  if (!disk_is_full()) {
    for (std::string& one : std::exchange(kept.unwritten, {})) kept.batches.push_back(std::move(one));
  }
  may_be_killed();
}

bool SimulatedAgent::keep_spool(proto::Lease lease, const std::string& run, const proto::agent_folder::Checkpoint& checkpoint,
                                const std::deque<std::string>& batches) {
  may_be_killed();
  Kept& kept = leases_.at({run, lease});
  kept.unwritten.clear();
  if (disk_is_full()) return false;
  kept.checkpoint = checkpoint;
  kept.batches.assign(batches.begin(), batches.end());
  kept.synced = kept.batches.size();
  world_.count_kept(checkpoint);
  may_be_killed();
  return true;
}

void SimulatedAgent::drop_lease(proto::Lease lease, const std::string& run) {
  may_be_killed();
  workers_.erase({run, lease});
  leases_.erase({run, lease});
  may_be_killed();
}

bool SimulatedAgent::has_bundle(const std::string& bundle) { return bundles_[bundle] == 3000; }

std::optional<std::uint64_t> SimulatedAgent::add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) {
  std::uint64_t& there = bundles_[chunk.bundle];
  if (chunk.offset == 0) there = 0;
  if (chunk.offset != there || there + chunk.data.size() > size) {
    why_not = "out of place";
    return {};
  }
  return there += chunk.data.size();
}

void SimulatedAgent::note(std::string_view line) { world_.trace("agent " + std::to_string(number_) + ": " + std::string(line)); }

}  // namespace loads::simulation
