#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "common/thresholds/tripwire.h"
#include "engine/user/share.h"
#include "proto/conditions.h"
#include "runner/console/progress.h"
#include "runner/report/report.h"
#include "runner/signals.h"
#include "runner/slice_queue.h"
#include "runner/stopping.h"
#include "runner/worker/share_work.h"

namespace loads::runner {

// What a run on this machine needs.
struct LocalPlan {
  ShareWork work;  // but for its sink and what follows a step
  MakeShare make_share;
  std::chrono::nanoseconds stop_timeout{};
  proto::Conditions conditions{};  // of the command line
};

// Drives a share that is the whole plan: shows its progress, heeds Ctrl-C, and ends it by its own conditions, and makes the report. Belongs
// to the main thread; the engine's threads only reach the queue. Construction checks what can be checked and sends nothing.
class LocalRun {
 public:
  // `signals` is older than the engine's threads, see there.
  LocalRun(LocalPlan local, Signals& signals);

  // To the end of the run, or until it was stopped. Called once.
  Report run(Progress& progress);

  // A test has crashed, or holds its thread though it was cut off: threads of the engine still run, and the process has to end without
  // clean-up.
  bool is_stuck() const { return stuck_; }

 private:
  bool step(Progress& progress);  // true: over
  void heed_crash();
  void heed_conditions(Progress& progress);
  void heed_signals(Progress& progress);
  void act(Stopping::Action action, Progress& progress);
  void show(Progress& progress);
  void collect(std::chrono::nanoseconds from, std::chrono::nanoseconds elapsed);
  Report make_report(metrics::WallTime started, std::chrono::duration<double> duration);

  LocalPlan local_;
  Signals& signals_;
  Stopping stopping_;
  std::shared_ptr<SliceQueue> queue_ = std::make_shared<SliceQueue>();  // the engine's threads may outlive this object when they are stuck
  std::unique_ptr<user::Share> share_;
  thresholds::Tripwire tripwire_;
  proto::Abort abort_;
  metrics::Totals totals_;
  metrics::History history_;
  std::uint32_t users_ = 0;               // when it was looked at last
  std::chrono::nanoseconds shown_{};      // until then the history knows the users,
  std::chrono::nanoseconds collected_{};  // and until then the requests
  bool crashed_ = false;
  double stopped_at_ = 1.0;  // fraction of the plan
  Stopping::Clock::time_point begin_{};
  bool stuck_ = false;
};

}  // namespace loads::runner
