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
  if (const auto* start = std::get_if<proto::Start>(&message)) {
    started_ = std::max(start->at, world_.now());
    reported_ = started_;
    const auto planned = prepare_.order.plan.total_duration();
    end_ = started_ + (planned ? std::chrono::duration_cast<Time>(*planned) : world_.between(1s, 30s));
    after(started_ - world_.now(), [this] { work(); });
  } else if (const auto* stop = std::get_if<proto::Stop>(&message)) {
    if (std::exchange(stopping_, true) && !stop->cut) return;
    end_ = std::min(end_, world_.now() + (stop->cut ? Time(10ms) : world_.between(10ms, 2s)));
  }
}

// Sends some requests, of which some are under way when it is killed.
void SimulatedWorker::work() {
  if (ended_) return;
  const bool over = world_.now() >= end_;
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
  reported_ = world_.now();
  tell_(batch);
}

}  // namespace loads::simulation
