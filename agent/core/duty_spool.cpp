// What of a share is kept for a broker that does not take it: how much, how exactly, and on the disk.

#include <algorithm>
#include <numeric>
#include <utility>
#include <variant>

#include "agent/core/duty.h"
#include "agent/core/windows.h"
#include "common/duration.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

using proto::Nanoseconds;
using namespace std::chrono_literals;

constexpr std::size_t kCompactions = 8;      // that the disk's journal has while as much passes through it as may wait
constexpr std::uint64_t kNextTryAfter = 10;  // batches, when the disk has not taken what is kept

// As often as need be: a share that goes on without its broker for ever takes no more than one that does so for an hour.
Nanoseconds wider(Nanoseconds width) {
  if (width == Nanoseconds{}) return 10s;
  return width == 10s ? 60s : 2 * width;
}

std::size_t size_of(const std::vector<std::string>& batches) {
  return std::accumulate(batches.begin(), batches.end(), std::size_t{0}, [](std::size_t sum, const auto& one) { return sum + one.size(); });
}

Nanoseconds beginning_of(const std::string& batch) { return std::get<proto::Batch>(proto::decode<proto::FromAgent>(batch).message).from; }

}  // namespace

void Duty::restore(const proto::agent_folder::Checkpoint& checkpoint) {
  spool_.begin_after(checkpoint.acknowledged);
  tally_ = checkpoint.tally;
  until_ = checkpoint.until;
  coarse_ = checkpoint.coarse;
  started_ = true;
}

void Duty::on_ack(std::uint64_t seq, Nanoseconds now) {
  settled_bytes_ += spool_.acknowledge(seq, now);
  if (spool_.empty()) resolution_ = {};
  const bool worth_it = settled_bytes_ >= std::max<std::size_t>(spool_limit_ / kCompactions, spool_.bytes());
  if (worth_it && !is_closed()) keep_anew();
}

void Duty::keep(const std::string& bytes) {
  if (!stale_) return outside_.keep_batch(lease(), run(), bytes);
  if (spool_.last() >= next_try_) keep_anew();
}

// In one step, so that an agent that is killed finds what was there before, or this. A disk that does not take it has batches that are
// numbered otherwise now: it gets no more of them before it has taken all.
void Duty::keep_anew() {
  settled_bytes_ = 0;
  stale_ = !outside_.keep_spool(lease(), run(), {spool_.acknowledged(), tally_, until_, coarse_}, spool_.batches());
  next_try_ = spool_.last() + kNextTryAfter;
}

// Only what has never gone out: of the other batches the broker may have any, under their numbers.
void Duty::coarsen() {
  std::vector<std::string> waiting = spool_.take_waiting();
  const Nanoseconds from = beginning_of(waiting.front());
  const std::size_t enough = spool_limit_ / 4 * 3;  // so that this is not to be done again at once
  if (resolution_ == Nanoseconds{}) resolution_ = wider(resolution_);
  waiting = in_windows(waiting, resolution_);
  while (size_of(waiting) > enough && resolution_ <= until_) {
    resolution_ = wider(resolution_);
    waiting = in_windows(waiting, resolution_);
  }
  for (std::string& bytes : waiting) spool_.add(spool_.last() + 1, std::move(bytes));
  if (coarse_.width == Nanoseconds{})
    outside_.note("run " + run() + ": the broker does not take what was measured, which is kept less exactly from now on");
  coarse_ = {coarse_.width == Nanoseconds{} ? from : std::min(coarse_.from, from), until_, std::max(coarse_.width, resolution_)};
  keep_anew();
}

void Duty::mark_coarse(proto::ShareResult& result) const {
  if (coarse_.width == Nanoseconds{}) return;
  result.warnings.push_back({"coarse-figures", "the broker did not take its figures for long: those between " + format_clock(coarse_.from) +
                                                   " and " + format_clock(coarse_.to) + " have a resolution of " +
                                                   format_duration(coarse_.width) + " (the totals are exact)"});
}

}  // namespace loads::agent
