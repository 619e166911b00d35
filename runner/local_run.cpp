#include "runner/local_run.h"

#include <algorithm>
#include <string>

#include "common/duration.h"
#include "common/failure.h"
#include "common/version.h"
#include "runner/conditions.h"
#include "runner/crashed_run.h"

namespace loads::runner {
namespace {

constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::seconds kPeriod{1};
constexpr int kKilled = 128;  // and the signal's number: an exit code

}  // namespace

LocalRun::LocalRun(LocalPlan local, Signals& signals) : local_(std::move(local)), signals_(signals), stopping_(local_.stop_timeout) {
  ShareWork work = local_.work;
  work.sink = [queue = queue_](metrics::Slice&& slice) { queue->push(std::move(slice)); };
  work.step_done = [queue = queue_](std::uint32_t step, std::chrono::duration<double> duration) { queue->push({step, duration}); };
  work.while_loading = [&signals] {
    if (const auto signal = signals.poll()) throw Failure(kKilled + *signal, "interrupted while the test was being loaded.");
  };
  share_ = local_.make_share(std::move(work));
  local_.conditions = with_thresholds_of_code(std::move(local_.conditions), share_->thresholds());
  tripwire_ = thresholds::Tripwire(local_.conditions.abort_thresholds, local_.conditions.fail_fast);
  tripwire_.begin_at(std::chrono::duration_cast<std::chrono::nanoseconds>(local_.work.plan.warm_up));
}

Report LocalRun::run(Progress& progress) {
  const auto started = std::chrono::system_clock::now();
  begin_ = Stopping::Clock::now();
  share_->start(std::nullopt);
  while (!step(progress)) {
  }
  const auto duration = Stopping::Clock::now() - begin_;
  history_.add(shown_, duration, users_, {});
  collect(std::max<std::chrono::nanoseconds>(collected_, duration - kPeriod), duration);
  Report report = make_report(started, duration);
  if (stuck_) static_cast<void>(share_.release());  // its destructor would wait for ever
  return report;
}

bool LocalRun::step(Progress& progress) {
  const bool ended = share_->wait_for(kTick);
  heed_crash();
  if (ended || crashed_) return true;
  heed_signals(progress);
  if (stuck_) return true;
  show(progress);
  heed_conditions(progress);
  return false;
}

// The user has been told what happened. When the test's thread is one of this process, the crash guard holds it for a few seconds: time to
// save what was measured.
void LocalRun::heed_crash() {
  const auto what = share_->crashed();
  if (!what) return;
  crashed_ = true;
  share_->rescue();
  stuck_ = !share_->wait_for(std::chrono::milliseconds(0));
  if (stuck_) totals_.add(crashed_run(*what, share_->progress().step));
}

void LocalRun::heed_signals(Progress& progress) {
  while (const auto signal = signals_.poll()) act(stopping_.on_signal(*signal, Stopping::Clock::now()), progress);
  act(stopping_.on_time(Stopping::Clock::now()), progress);
}

// Each thread hands over once a second, so that all is known until a second ago. When the plan is over there is nothing to end, and that
// its last test runs take their time is no silence of the target.
void LocalRun::heed_conditions(Progress& progress) {
  if (!abort_.empty() || share_->progress().fraction >= 1) return;
  const auto trip = tripwire_.look(Stopping::Clock::now() - begin_ - kPeriod, totals_.all());
  if (!trip) return;
  const Stopping::Action action = stopping_.on_abort(Stopping::Clock::now());
  if (action == Stopping::Action::none) return;  // it stops already
  abort_ = {trip->by_threshold, trip->reason};
  progress.note("Aborting: " + abort_.reason + ".");
  act(action, progress);
}

void LocalRun::act(Stopping::Action action, Progress& progress) {
  switch (action) {
    case Stopping::Action::none: return;
    case Stopping::Action::stop:
      progress.note("Stopping: test runs have " + format_duration(local_.stop_timeout) + " to end by themselves. Again cuts them off.");
      stopped_at_ = share_->progress().fraction;
      return share_->stop();
    case Stopping::Action::cut: progress.note("Cutting off what still runs."); return share_->cut();
    case Stopping::Action::give_up:
      progress.note("A test does not give its thread back: this report lacks what it did since.");
      stuck_ = true;
      return;
  }
}

void LocalRun::show(Progress& progress) {
  const user::Progress now = share_->progress();
  const auto elapsed = Stopping::Clock::now() - begin_;
  users_ = now.active_users;
  history_.add(shown_, elapsed, users_, {});
  shown_ = elapsed;
  collect(elapsed - kPeriod, elapsed);
  progress.update({.users = now.active_users, .fraction = now.fraction, .agents = {}}, totals_, elapsed);
}

// The engine's threads hand over once a second, and at the end of a step, what has come since.
void LocalRun::collect(std::chrono::nanoseconds from, std::chrono::nanoseconds elapsed) {
  const SliceQueue::Contents contents = queue_->take();
  for (const metrics::Slice& slice : contents.slices) totals_.add(slice);
  for (const auto& [step, duration] : contents.steps) totals_.set_step_duration(step, duration);
  if (contents.slices.empty()) return;
  history_.add(from, elapsed, 0, contents.slices);
  tripwire_.add(from, elapsed, contents.slices);
  collected_ = elapsed;
}

Report LocalRun::make_report(metrics::WallTime started, std::chrono::duration<double> duration) {
  Report report;
  report.run_id = local_.work.run;
  report.version = version();
  report.plan = local_.work.plan;
  report.started = started;
  report.duration = duration;
  report.ending = crashed_ ? Ending::crashed : stopping_.ending();
  report.fraction = crashed_ ? share_->progress().fraction : stopped_at_;
  report.doubts = share_->warnings();
  report.thresholds = thresholds::judge_all(local_.conditions.thresholds, totals_.all(), report.plan.measured(duration));
  report.abort = abort_;
  report.totals = std::move(totals_);
  report.history = std::move(history_);
  return report;
}

}  // namespace loads::runner
