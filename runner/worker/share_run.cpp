#include "runner/worker/share_run.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "common/failure.h"
#include "common/metrics/untimed.h"
#include "runner/crashed_run.h"
#include "runner/worker/ordered_test.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kPeriod{1};
// The engine's threads hand over what a second has brought a little after its end.
constexpr std::chrono::milliseconds kHandOver{200};
// The batches of thousands of agents should not come to the broker at one instant: each is so much later than the one before it.
constexpr std::chrono::microseconds kApart{100};
constexpr std::chrono::seconds kLongestHold{10};        // a thread that a test keeps for itself
constexpr std::chrono::milliseconds kOthersEnd{1'000};  // for the threads beside one that is stuck, once they are cut
constexpr const char* kLapsed = "its agent was not heard of for too long, so the load was stopped";
constexpr std::size_t kMostWarnings = 100;  // they have to fit into a message

std::unique_ptr<user::Share> share_of(const proto::Prepare& prepare, user::Settings settings, const MakeShare& make_share,
                                      const std::shared_ptr<SliceQueue>& queue, const std::function<void()>& wake) {
  ShareWork work{prepare.run, prepare.order.test, ordered_plan(prepare), std::move(settings), {}, {}};
  work.sink = [queue](metrics::Slice&& slice) { queue->push(std::move(slice)); };
  work.step_done = [queue, wake](std::uint32_t step, std::chrono::duration<double> duration) {
    queue->push({step, duration});
    wake();
  };
  try {
    return make_share(std::move(work));
  } catch (const std::invalid_argument& reason) {
    throw Failure(exit_code::usage, std::string("this share of a run makes no sense: ") + reason.what() + ".");
  }
}

std::vector<proto::Warning> warnings_of(const user::Share& share) {
  std::vector<proto::Warning> warnings;
  for (user::Warning& warning : share.warnings()) {
    if (warnings.size() < kMostWarnings) warnings.push_back({std::move(warning.id), std::move(warning.message), warning.validity});
  }
  return warnings;
}

}  // namespace

ShareRun::ShareRun(const proto::Prepare& prepare, user::Settings settings, const MakeShare& make_share, Line line)
    : run_(prepare.run),
      lease_(prepare.lease),
      warm_up_(std::chrono::duration_cast<Clock::duration>(prepare.order.plan.warm_up)),
      line_(std::move(line)),
      stopping_(settings.stop_timeout),
      share_(share_of(prepare, std::move(settings), make_share, queue_, line_.wake)),
      batches_(run_, lease_),
      hand_over_(kHandOver + prepare.agent_index * kApart % kPeriod),
      next_report_(Clock::now()) {}

ShareRun::~ShareRun() {
  if (stuck_) static_cast<void>(share_.release());  // its destructor would wait for ever
}

void ShareRun::start(Clock::time_point at) {
  if (begin_ != Clock::time_point::max() || over_) return;
  const auto now = Clock::now();
  if (now >= good_until_) return conclude(proto::ShareEnd::abandoned, kLapsed, share_->tally(), now);
  begin(std::max(at, now), now);
  share_->start(begin_);
}

void ShareRun::join(Clock::time_point began, Clock::time_point as_of) {
  if (begin_ != Clock::time_point::max() || over_) return;
  const auto now = Clock::now();
  if (now >= good_until_) return conclude(proto::ShareEnd::abandoned, kLapsed, share_->tally(), now);
  begin(began, now);
  share_->join(began, as_of);
}

void ShareRun::begin(Clock::time_point began, Clock::time_point now) {
  begin_ = began;
  batches_.begin(since_start(now));
  next_report_ = begin_ + kPeriod + hand_over_;
  while (next_report_ <= now) next_report_ += kPeriod;
}

void ShareRun::stop(bool cut, Clock::time_point now) {
  if (over_) return;
  if (begin_ == Clock::time_point::max()) return conclude(proto::ShareEnd::stopped, "", share_->tally(), now);  // nothing was sent
  act(stopping_.on_request(cut, now), now);
}

void ShareRun::act(Stopping::Action action, Clock::time_point now) {
  switch (action) {
    case Stopping::Action::none: return;
    case Stopping::Action::stop: return share_->stop();
    case Stopping::Action::cut: return share_->cut();
    case Stopping::Action::give_up:
      return give_up(share_->holding_test(1s).value_or("a test") + " does not give its thread back though it was cut off", now);
  }
}

void ShareRun::look(Clock::time_point now) {
  if (over_) return;
  if (begin_ == Clock::time_point::max()) return report(now);
  users_ = std::max(users_, share_->progress().active_users);
  const bool ended = share_->wait_for(0ms);  // asked first: its last process may crash between the two questions, and end it
  if (const auto what = share_->crashed()) return heed_crash(*what, now);
  if (ended) {
    const bool stopped = stopping_.ending() != Ending::completed;
    collect();
    if (lapsed_) return conclude(proto::ShareEnd::abandoned, kLapsed, share_->tally(), now);
    return conclude(stopped ? proto::ShareEnd::stopped : proto::ShareEnd::completed, "", share_->tally(), now);
  }
  act(stopping_.on_time(now), now);
  heed_end_of_lease(now);
  heed_hang(now);
  if (!over_) report(now);
}

void ShareRun::heed_end_of_lease(Clock::time_point now) {
  if (over_ || now < good_until_ || std::exchange(lapsed_, true)) return;
  act(stopping_.on_request(true, now), now);
}

// The crash guard holds the test's thread for a few seconds: time to save what was measured.
void ShareRun::heed_crash(const std::string& what, Clock::time_point now) {
  share_->rescue();
  conclude_broken(what, now);
}

void ShareRun::heed_hang(Clock::time_point now) {
  if (over_) return;
  if (const auto test = share_->holding_test(kLongestHold))
    give_up(*test + " has kept its thread busy for over " + std::to_string(kLongestHold.count()) + " s without waiting", now);
}

// The thread of the test may write to its slice at any time, so that is not touched: what is in it has been counted in the tally, too.
void ShareRun::give_up(const std::string& what, Clock::time_point now) {
  share_->cut();
  static_cast<void>(share_->wait_for(kOthersEnd));
  conclude_broken(what, now);
}

// What a thread has handed over is in the tally that is read after it; what one that still runs hands over from then on is not taken.
void ShareRun::conclude_broken(const std::string& what, Clock::time_point now) {
  stuck_ = !share_->wait_for(0ms);
  const std::uint32_t step = share_->progress().step;
  collect();
  const metrics::Tally all = share_->tally();
  metrics::Slice lost = metrics::untimed(all, batches_.recorded());
  lost.step = step;
  lost.warm_up = since_start(now) < warm_up_;
  batches_.add(lost);
  if (stuck_) batches_.add(crashed_run(what, step));  // one that let go of its thread after all has been counted
  conclude(proto::ShareEnd::crashed, what, all, now);
}

void ShareRun::report(Clock::time_point now) {
  if (now < next_report_) return;
  while (next_report_ <= now) next_report_ += kPeriod;
  const user::Progress progress = share_->progress();
  line_.send(proto::LeaseProgress{run_, lease_, progress.active_users, progress.fraction, share_->tally()});
  if (begin_ == Clock::time_point::max()) return;
  collect();
  if (line_.ready())
    send(batches_.cut(since_start(next_report_ - kPeriod - hand_over_), share_->tally(), {}, std::exchange(users_, progress.active_users)));
}

void ShareRun::report_now(Clock::time_point now) {
  if (over_) return;
  collect();
  send(batches_.cut(since_start(now), share_->tally(), {}, std::exchange(users_, share_->progress().active_users)));
}

void ShareRun::conclude(proto::ShareEnd end, const std::string& message, const metrics::Tally& all, Clock::time_point now) {
  over_ = true;
  send(batches_.cut(since_start(now), all, proto::ShareResult{end, message, all.in_flight(), warnings_of(*share_)}, users_));
}

void ShareRun::send(const std::vector<proto::Batch>& batches) const {
  for (const proto::Batch& batch : batches) line_.send(batch);
}

proto::Nanoseconds ShareRun::since_start(Clock::time_point now) const {
  return begin_ == Clock::time_point::max() ? proto::Nanoseconds(0) : std::max(now - begin_, proto::Nanoseconds(0));
}

}  // namespace loads::runner
