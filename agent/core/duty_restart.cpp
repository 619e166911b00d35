// A share whose worker has died and is replaced: RunOrder::worker_restarts.

#include <algorithm>
#include <utility>

#include "agent/core/duty.h"
#include "common/failure.h"

namespace loads::agent {

// Only of a plan of times can be told what is left of it.
bool Duty::may_restart() const {
  const proto::RunOrder& order = prepare_.order;
  return started_ && !stopping_ && restarts_ < order.worker_restarts && order.plan.total_duration().has_value();
}

// What the dead one has counted is in the books before the black box begins anew; until then the old one says it.
void Duty::restart_worker() {
  add(posthumous(outside_.read_black_box(lease(), run()).value_or(tally_)));
  ++restarts_;
  worker_seq_ = 0;
  tally_before_ = tally_;
  prepared_.reset();
  progress_.reset();
  working_ = true;
  start_->join = true;
  outside_.note("run " + run() + ": another worker goes on, " + std::to_string(restarts_) + " of " +
                std::to_string(prepare_.order.worker_restarts));
  outside_.restart_worker(prepare_, tally_);
}

void Duty::on_restarted(const proto::Prepared& prepared) {
  if (prepared.exit_code == 0) {
    losses_.replaced();
    return tell_start();
  }
  conclude_posthumously(proto::ShareEnd::worker_lost, "it could not be started again: " + prepared.message);
  outside_.kill_worker(lease(), run());
}

void Duty::remember(proto::ShareEnd end, const std::string& what) {
  if (losses_.empty() || end == proto::ShareEnd::crashed) loss_ = end;
  losses_.add(what, until_);
}

// A share that was done by several workers has come to a bad end, whatever became of the last one.
void Duty::add_losses(proto::Batch& batch) {
  if (!batch.result || losses_.empty()) return;
  proto::ShareResult& result = *batch.result;
  if (losses_.knows(result.message)) losses_.add(std::exchange(result.message, {}), std::max(until_, batch.to));
  if (!proto::is_loss(result.end) || loss_ == proto::ShareEnd::crashed) result.end = loss_;
  result.message = result.message.empty() ? losses_.text() : losses_.text() + "; " + result.message;
  result.in_flight = batch.tally.in_flight();
}

}  // namespace loads::agent
