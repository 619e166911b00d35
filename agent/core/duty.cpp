#include "agent/core/duty.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/duration.h"
#include "common/failure.h"
#include "common/metrics/untimed.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

using proto::Nanoseconds;
using proto::ShareEnd;
using namespace std::chrono_literals;

constexpr Nanoseconds kStopAfter = 12s;      // --on-broker-loss stop
constexpr Nanoseconds kWorkerSilence = 15s;  // a worker speaks once a second
constexpr Nanoseconds kLongestLoad = 10s;    // of a test, as long as one may keep its thread
constexpr Nanoseconds kLongestImport = 30s;  // of one in Python, by as many processes as there are cores, with all that it imports
constexpr Nanoseconds kLongest = 24h * 365;

std::uint64_t more(std::uint64_t now, std::uint64_t before) { return now > before ? now - before : 0; }

Nanoseconds longest_load(const proto::TestSource& test) {
  if (!test.packages.empty()) return proto::kInstallLimit;
  return test.module.ends_with(".py") ? kLongestImport : kLongestLoad;
}

}  // namespace

Duty::Duty(proto::Prepare prepare, Outside& outside, std::size_t spool_limit)
    : prepare_(std::move(prepare)), outside_(outside), spool_limit_(spool_limit) {}

bool Duty::is_closed() const { return concluded_ && spool_.empty() && !working_; }
bool Duty::is_blank() const { return spool_.last() == 0; }

proto::HeldLease Duty::held() const { return {run(), lease(), working_, started_ || concluded_, spool_.last(), steering_.size()}; }

std::optional<proto::LeaseProgress> Duty::progress() const { return working_ ? progress_ : std::nullopt; }

void Duty::restore_batch(std::string_view bytes) {
  const auto decoded = proto::decode<proto::FromAgent>(bytes);
  const auto* batch = decoded ? std::get_if<proto::Batch>(&decoded.message) : nullptr;
  if (batch == nullptr) return outside_.note("a batch of run " + run() + " on the disk cannot be read");
  // A gap is what a power failure took, and the broker had: the batch after it is numbered from there (bury).
  if (batch->seq != spool_.last() + 1) spool_.begin_after(batch->seq - 1);
  spool_.add(batch->seq, std::string(bytes));
  tally_ = batch->tally;
  until_ = batch->to;
  started_ = true;
  concluded_ = concluded_ || batch->result.has_value();
}

void Duty::begin() {
  outside_.keep_lease(prepare_);
  const std::string& bundle = prepare_.order.test.bundle;
  fetching_ = !bundle.empty() && !outside_.has_bundle(bundle);
  if (!fetching_) return start_worker();
  ask_for_bundle();
}

void Duty::ask_for_bundle() {
  if (fetching_) outside_.to_broker(proto::encode(proto::WantChunk{prepare_.order.test.bundle, wanted_offset_}));
}

void Duty::on_chunk(const proto::Chunk& chunk) {
  const proto::TestSource& test = prepare_.order.test;
  if (!fetching_ || chunk.bundle != test.bundle || chunk.offset != wanted_offset_) return;
  std::string why_not;
  const auto next = outside_.add_chunk(chunk, test.bundle_size, why_not);
  if (!next) return refuse(exit_code::local_resource, "bundle", "the test's files cannot be taken: " + why_not);
  wanted_offset_ = *next;
  if (*next < test.bundle_size) return ask_for_bundle();
  fetching_ = false;
  start_worker();
}

void Duty::start_worker() {
  working_ = true;
  outside_.start_worker(prepare_);
}

void Duty::refuse(int exit_code, const std::string& id, const std::string& message) {
  fetching_ = false;
  prepared_ = proto::Prepared{run(), lease(), exit_code, id, message};
  answer_again();
}

void Duty::answer_again() {
  if (fetching_) return ask_for_bundle();  // a part may have been lost on its way
  if (prepared_) outside_.to_broker(proto::encode(*prepared_));
}

void Duty::on_start(Nanoseconds at, bool join) {
  if (started_ || concluded_) return;
  // It was ready, and the broker has not heard that it is not any more.
  if (!working_ && prepared_ && prepared_->exit_code != 0) return conclude_posthumously(ShareEnd::worker_lost, prepared_->message);
  if (!working_) return;
  started_ = true;
  start_ = proto::Start{run(), lease(), at, join};
  tell_start();
}

void Duty::tell_start() {
  if (good_until_) outside_.to_worker(lease(), run(), proto::Prolong{run(), lease(), *good_until_});
  tell_steering();
  if (start_) outside_.to_worker(lease(), run(), *start_);
}

void Duty::on_steer(const proto::Steer& steer) {
  if (steer.steering.size() <= steering_.size()) return;
  steering_ = steer.steering;
  if (started_) tell_steering();
}

void Duty::tell_steering() {
  if (!steering_.empty()) outside_.to_worker(lease(), run(), proto::Steer{run(), lease(), steering_});
}

void Duty::prolong(Nanoseconds renewed) {
  if (!may_be_taken() || concluded_) return;
  good_until_ = renewed + proto::kLeaseCut;
  if (working_) outside_.to_worker(lease(), run(), proto::Prolong{run(), lease(), *good_until_});
}

void Duty::on_stop(bool cut) {
  if (concluded_ || orphaned_) return;  // how an orphan ends is worked out when the broker has said what it knows
  stopping_ = true;
  if (started_) return outside_.to_worker(lease(), run(), proto::Stop{run(), lease(), cut});
  // Nothing has been sent, and nothing will be.
  fetching_ = false;
  conclude_posthumously(abandoned_ ? ShareEnd::abandoned : ShareEnd::stopped, why_abandoned_);
  if (working_) outside_.kill_worker(lease(), run());
}

void Duty::on_verdict(const proto::LeaseVerdict& verdict, Nanoseconds now) {
  if (verdict.decision == proto::LeaseDecision::unknown) {
    if (!unknown_since_) outside_.note("the broker does not know run " + run() + ": what was measured for it is kept");
    unknown_since_ = unknown_since_.value_or(now);
    return;
  }
  unknown_since_.reset();
  if (verdict.decision == proto::LeaseDecision::closed) return forget(verdict);
  if (orphaned_) bury(verdict);
  on_ack(verdict.durable_seq, now);
  spool_.send_again();
  if (verdict.decision == proto::LeaseDecision::stop) on_stop(true);
}

// Our disk may know less than the broker's: it was not asked to keep anything through a power cut. And when it was full it may have batches
// that were merged, and numbered otherwise, before the broker got them.
bool Duty::knows(const proto::LeaseVerdict& verdict) const {
  if (verdict.durable_seq > spool_.last()) return false;
  const std::string* bytes = spool_.find(verdict.durable_seq);
  return bytes == nullptr || std::get<proto::Batch>(proto::decode<proto::FromAgent>(*bytes).message).tally == verdict.tally;
}

void Duty::bury(const proto::LeaseVerdict& verdict) {
  orphaned_ = false;
  if (!knows(verdict)) {
    outside_.note("run " + run() + ": the disk does not have what the broker had last; what the black box has beyond that is reported");
    spool_.begin_after(verdict.durable_seq);
    tally_ = verdict.tally;
    keep_anew();  // what is there means nothing any more
  }
  conclude_posthumously(proto::ShareEnd::agent_lost, "the agent was killed");
}

void Duty::forget(const proto::LeaseVerdict& verdict) {
  orphaned_ = false;
  concluded_ = true;
  spool_.begin_after(verdict.durable_seq);
  if (working_) outside_.kill_worker(lease(), run());
}

void Duty::on_worker(const proto::FromWorker& message, Nanoseconds now) {
  heard_ = now;
  if (const auto* prepared = std::get_if<proto::Prepared>(&message)) {
    prepared_ = *prepared;
    prepared_->run = run();
    prepared_->lease = lease();
    if (restarts_ > 0) return on_restarted(*prepared_);
    answer_again();
  } else if (const auto* progress = std::get_if<proto::LeaseProgress>(&message)) {
    progress_ = *progress;
    progress_->run = run();
    progress_->lease = lease();
  } else if (const auto* batch = std::get_if<proto::Batch>(&message)) {
    take(*batch);
  }
}

// A worker's batches are numbered by the worker; one out of turn is a fault of its own, and what it counted comes from the black box.
void Duty::take(proto::Batch batch) {
  if (concluded_ || batch.seq != worker_seq_ + 1)
    return outside_.note("run " + run() + ": the worker sent batch " + std::to_string(batch.seq) + " out of turn");
  worker_seq_ = batch.seq;
  batch.seq = spool_.last() + 1;
  batch.tally += tally_before_;
  batch.run = run();
  batch.lease = lease();
  if (batch.result && abandoned_ && batch.result->end == proto::ShareEnd::stopped) {
    batch.result->end = proto::ShareEnd::abandoned;
    batch.result->message = why_abandoned_;
  }
  if (batch.result && batch.result->end == ShareEnd::crashed && may_restart()) {
    remember(ShareEnd::crashed, batch.result->message);
    crash_told_ = true;
    batch.result.reset();
  }
  add_losses(batch);
  add(std::move(batch));
}

void Duty::add(proto::Batch batch) {
  if (batch.result) mark_coarse(*batch.result);
  const std::string bytes = proto::encode(batch);
  tally_ = batch.tally;
  until_ = std::max(until_, batch.to);
  concluded_ = batch.result.has_value();
  spool_.add(batch.seq, bytes);
  keep(bytes);
  if (!concluded_ && spool_.waiting_bytes() > spool_limit_) coarsen();
}

void Duty::on_worker_gone(const std::string& why) {
  working_ = false;
  if (concluded_) return;
  if (!started_) {
    if (!prepared_) return refuse(exit_code::cannot_load, "worker-died", "the process that loads the test ended: " + why);
    if (prepared_->exit_code == 0) refuse(exit_code::cannot_load, "worker-died", "its worker process ended before the start: " + why);
    return;
  }
  const std::string what = "its worker process ended: " + why;
  if (!may_restart()) return conclude_posthumously(proto::ShareEnd::worker_lost, what);
  if (!std::exchange(crash_told_, false)) remember(ShareEnd::worker_lost, what);
  restart_worker();
}

void Duty::conclude_posthumously(proto::ShareEnd end, const std::string& message) {
  if (concluded_) return;
  const auto box = outside_.read_black_box(lease(), run());
  proto::Batch batch = posthumous(box.value_or(tally_));
  batch.result = proto::ShareResult{end, crash_told_ ? "" : message, more(batch.tally.sent, batch.tally.settled), {}};
  if (!box) batch.result->message += "; what it did last cannot be told";
  add_losses(batch);
  add(std::move(batch));
}

// What the black box has beyond the batches.
proto::Batch Duty::posthumous(const metrics::Tally& box) const {
  proto::Batch batch;
  batch.run = run();
  batch.lease = lease();
  batch.seq = spool_.last() + 1;
  batch.from = batch.to = until_;
  metrics::Slice slice = metrics::untimed(box, tally_);
  slice.warm_up = until_ < prepare_.order.plan.warm_up;
  batch.tally = tally_;
  batch.tally += metrics::tally_of(slice);
  batch.tally.sent = std::max(box.sent, tally_.sent);
  batch.tally.settled = std::max(box.settled, tally_.settled);
  if (!slice.empty()) batch.slices.push_back(slice);
  return batch;
}

void Duty::on_silence(Nanoseconds silence, Nanoseconds now) {
  if (!working_ || concluded_) return;
  if (unknown_since_) silence = std::max(silence, now - *unknown_since_);
  const proto::RunOrder& order = prepare_.order;
  if (abandoned_) {
    if (now >= cut_at_) outside_.to_worker(lease(), run(), proto::Stop{run(), lease(), true});
    return;
  }
  if (order.on_broker_loss == proto::BrokerLoss::go_on && !order.rebalance) return;
  const Nanoseconds otherwise = order.on_broker_loss == proto::BrokerLoss::stop ? kStopAfter : order.broker_loss_limit;
  if (silence < (order.rebalance ? proto::kLeaseStop : otherwise)) return;
  outside_.note("the broker is silent: stopping the load of run " + run());
  abandon("the broker was silent for too long, so the load was stopped", now);
}

void Duty::abandon(const std::string& why, Nanoseconds now) {
  if (concluded_ || abandoned_) return;
  abandoned_ = true;
  why_abandoned_ = why;
  const Nanoseconds longest = may_be_taken() ? proto::kLeaseCut - proto::kLeaseStop : kLongest;
  cut_at_ = now + std::clamp(prepare_.order.settings.stop_timeout, Nanoseconds(0), longest);
  on_stop(false);
}

void Duty::check_worker(Nanoseconds now) {
  if (!working_) return;
  if (heard_ == Nanoseconds{}) heard_ = now;
  const bool loads = !prepared_;
  if (now - heard_ < (loads ? longest_load(prepare_.order.test) : kWorkerSilence)) return;
  outside_.note("the worker of run " + run() + " is silent: killed");
  heard_ = now;
  if (loads)
    refuse(exit_code::cannot_load, "cannot-load",
           "the test was not loaded within " + format_duration(longest_load(prepare_.order.test)) + ": its module hangs");
  outside_.kill_worker(lease(), run());
}

bool Duty::pump(std::uint32_t credit, Nanoseconds now) {
  return !unknown_since_ && spool_.pump(credit, now, [this](const std::string& bytes) { outside_.to_broker(bytes); });
}

}  // namespace loads::agent
