#include <utility>
#include <variant>

#include "simulation/simulated_agent.h"

namespace loads::simulation {

SimulatedWorker::SimulatedWorker(World& world, proto::Prepare prepare, metrics::Tally& box, Tell tell)
    : world_(world), prepare_(std::move(prepare)), box_(box), tell_(std::move(tell)) {
  after(world_.between(5ms, 600ms), [this] {
    proto::Prepared prepared;
    if (prepare_.order.note == "does not load") prepared.exit_code = 3;
    tell_(prepared);
    speak();
  });
}

SimulatedWorker::~SimulatedWorker() {
  *alive_ = false;
  std::erase_if(world_.at_work, [this](const auto& entry) { return entry.second == this; });
}

void SimulatedWorker::after(Time delay, std::function<void()> what) {
  world_.after(delay, [alive = alive_, what = std::move(what)] {
    if (*alive) what();
  });
}

void SimulatedWorker::speak() {
  tell_(proto::LeaseProgress{{}, 0, 5, 0.5, box_});
  after(1s, [this] { speak(); });
}

void SimulatedWorker::receive(const proto::ToWorker& message) {
  if (const auto* start_now = std::get_if<proto::Start>(&message)) start(*start_now);
  if (const auto* stop_now = std::get_if<proto::Stop>(&message)) stop(stop_now->cut);
  if (const auto* steer = std::get_if<proto::Steer>(&message)) follow(steer->steering);
  if (const auto* prolong = std::get_if<proto::Prolong>(&message)) good_until_ = prolong->until;
}

void SimulatedWorker::start(const proto::Start& start) {
  if (ended_) return;
  started_ = start.join ? start.at : std::max(start.at, world_.now());
  reported_ = std::max(started_, world_.now());
  const auto planned = prepare_.order.plan.total_duration();
  if (start.join && !planned) world_.wrong("nobody knows what is left of hits");
  end_ = started_ + (planned ? std::chrono::duration_cast<Time>(*planned) : world_.between(1s, 30s));
  if (world_.now() >= good_until_) return report(proto::ShareEnd::abandoned);
  after(reported_ - world_.now(), [this] { work(); });
}

void SimulatedWorker::stop(bool cut) {
  if (!ended_ && started_ == Time{}) return report(proto::ShareEnd::stopped);
  if (std::exchange(stopping_, true) && !cut) return;
  end_ = std::min(end_, world_.now() + (cut ? Time(10ms) : world_.between(10ms, 2s)));
}

// A part of a rate that two shares do is load that comes twice.
void SimulatedWorker::follow(const plan::Steering& steering) {
  if (steering.size() < steering_.size()) world_.wrong("a steering is told that is older than the one before");
  steering_ = steering;
  for (const plan::Steering::Part& part : steering.parts) {
    const auto [entry, added] =
        world_.dealt_parts.try_emplace({prepare_.run, part.at.count(), part.turn.index, part.turn.count}, prepare_.agent_index);
    if (!added && entry->second != prepare_.agent_index) world_.wrong("two shares of run " + prepare_.run + " do one part of its rate");
  }
}

// Load that comes twice is as wrong as load that is counted twice.
void SimulatedWorker::be_the_only_one() {
  const auto [entry, added] = world_.at_work.try_emplace({prepare_.run, prepare_.agent_index}, this);
  if (!added && entry->second != this)
    world_.wrong("two work on share " + std::to_string(prepare_.agent_index) + " of run " + prepare_.run);
}

// Sends some requests, of which some are under way when it is killed.
void SimulatedWorker::work() {
  if (ended_) return;
  const bool lapsed = world_.now() >= good_until_;
  const bool over = world_.now() >= end_ || lapsed;
  if (!lapsed) be_the_only_one();
  metrics::Tally& truth = world_.truth[prepare_.run];
  const auto begun = over ? 0 : world_.between(0, 5);
  const auto in_flight = static_cast<std::int64_t>(box_.in_flight());
  const auto done = over ? in_flight : std::min(in_flight, world_.between(0, 5));
  box_.sent += static_cast<std::uint64_t>(begun);
  for (std::int64_t i = 0; i < done; ++i) {
    metrics::RequestRecord record;
    record.status = 200;
    record.total = world_.between(100us, 20ms);
    entry(slice_.requests, "GET /").add(record);
    ++slice_.outcomes[0];
    ++box_.settled;
    ++box_.answered;
    ++box_.outcomes[0];
    ++truth.answered;
    ++truth.outcomes[0];
  }
  if (lapsed) return report(proto::ShareEnd::abandoned);
  if (over) return report(stopping_ ? proto::ShareEnd::stopped : proto::ShareEnd::completed);
  if (world_.now() - reported_ >= 1s) report({});
  after(100ms, [this] { work(); });
}

void SimulatedWorker::report(std::optional<proto::ShareEnd> end) {
  proto::Batch batch;
  batch.seq = ++seq_;
  batch.from = reported_ - started_;
  batch.to = world_.now() - started_;
  tally_ += metrics::tally_of(slice_);
  batch.tally = tally_;
  batch.tally.sent = box_.sent;
  batch.tally.settled = box_.settled;
  batch.slices.push_back(std::exchange(slice_, {}));
  if (end) batch.result = proto::ShareResult{*end, "", 0, {}};
  ended_ = end.has_value();
  if (ended_) world_.at_work.erase({prepare_.run, prepare_.agent_index});
  reported_ = world_.now();
  tell_(batch);
}

}  // namespace loads::simulation
