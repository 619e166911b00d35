#include "cluster/agents/simulated_worker.h"

#include <algorithm>
#include <random>

namespace loads::bench {
namespace {

using proto::Nanoseconds;
using namespace std::chrono_literals;

constexpr Nanoseconds kPeriod = 1s;
constexpr Nanoseconds kHandOver = 200ms;
constexpr std::size_t kSlices = 64;  // that differ; making one takes longer than sending it

metrics::Slice make_slice(unsigned seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> microseconds(8.5, 0.5);
  metrics::Slice slice;
  for (const char* name : {"GET /", "GET /articles", "POST /login"}) {
    for (int i = 0; i < 200; ++i) {
      metrics::RequestRecord record;
      record.status = 200;
      record.total = std::chrono::microseconds(static_cast<long>(microseconds(random)));
      record.bytes_received = 1000;
      entry(slice.requests, name).add(record);
    }
  }
  slice.outcomes[static_cast<std::size_t>(metrics::Outcome::success)] = 600;
  return slice;
}

const metrics::Slice& typical_slice(std::size_t number) {
  static const std::vector<metrics::Slice> slices = [] {
    std::vector<metrics::Slice> made;
    for (unsigned seed = 0; seed < kSlices; ++seed) made.push_back(make_slice(seed));
    return made;
  }();
  return slices[number % kSlices];
}

}  // namespace

SimulatedWorker::SimulatedWorker(const proto::Prepare& prepare, Nanoseconds apart)
    : run_(prepare.run),
      lease_(prepare.lease),
      index_(prepare.agent_index),
      phase_(apart * index_ % kPeriod),
      duration_(std::chrono::duration_cast<Nanoseconds>(prepare.order.plan.total_duration().value_or(plan::Seconds(0)))) {}

void SimulatedWorker::on(const proto::ToWorker& message, Nanoseconds) {
  if (const auto* start = std::get_if<proto::Start>(&message); start != nullptr && !begin_) {
    begin_ = start->at;
    next_ = start->at + kPeriod + kHandOver + phase_;
  }
  stopped_ = stopped_ || std::holds_alternative<proto::Stop>(message);
}

std::vector<proto::FromWorker> SimulatedWorker::look(Nanoseconds now) {
  std::vector<proto::FromWorker> out;
  if (over_) return out;
  if (!std::exchange(prepared_, true)) out.emplace_back(proto::Prepared{run_, lease_, 0, {}, {}});
  if (stopped_) {
    conclude(proto::ShareEnd::stopped, now, out);
  } else if (begin_ && now >= *begin_ + duration_) {
    conclude(proto::ShareEnd::completed, now, out);
  } else if (begin_ && now >= next_) {
    const Nanoseconds to = next_ - *begin_ - kHandOver - phase_;
    out.emplace_back(
        proto::LeaseProgress{run_, lease_, 1, static_cast<double>(to.count()) / static_cast<double>(duration_.count()), tally_});
    out.emplace_back(next_batch(to));
    next_ += kPeriod;
  }
  return out;
}

void SimulatedWorker::conclude(proto::ShareEnd end, Nanoseconds now, std::vector<proto::FromWorker>& out) {
  over_ = true;
  proto::Batch last = next_batch(begin_ ? std::max(until_, now - *begin_) : Nanoseconds(0));
  last.result = proto::ShareResult{end, {}, 0, {}};
  out.emplace_back(std::move(last));
}

proto::Batch SimulatedWorker::next_batch(Nanoseconds to) {
  proto::Batch batch;
  batch.run = run_;
  batch.lease = lease_;
  batch.seq = ++seq_;
  batch.from = std::exchange(until_, to);
  batch.to = to;
  batch.slices.push_back(typical_slice(index_ + seq_));
  tally_ += metrics::tally_of(batch.slices.back());
  tally_.sent = tally_.settled = tally_.answered;
  batch.tally = tally_;
  return batch;
}

}  // namespace loads::bench
