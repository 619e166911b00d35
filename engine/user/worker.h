#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/plan/plan.h"
#include "common/plan/steering.h"
#include "engine/user/context.h"
#include "engine/user/load.h"
#include "engine/user/load_meter.h"
#include "engine/user/test_mix.h"

namespace loads::user {

// One thread's part of a share: its loop and the virtual users that were dealt to it, step by step. run_step() is called on the thread;
// stop(), cut() and the counters from any other.
class Worker {
 public:
  using Sink = std::function<void(metrics::Slice&&)>;

  Worker(const plan::Plan& plan, const std::vector<const TestInfo*>& tests, const Settings& settings, dns::Resolver& resolver,
         const Sink& sink, plan::Deal largest_deal, metrics::LiveTally* tally);  // `tally`: see Context
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // What of a step is this worker's.
  struct Assignment {
    plan::Deal deal;               // users, by their indices
    plan::Turn turn;               // among the threads of the agent
    fiber::TimePoint start;        // may be to come
    bool joined = false;           // the step has begun without it, and what was to begin before now is not its own
    plan::Seconds since_run{0};    // from the start of the run to that of the step
    std::uint32_t most_users = 1;  // of the agent, as far as there are open files for them
    plan::Steering steering;       // so far
  };

  // Runs step `index` to its end and hands over what was measured.
  void run_step(std::uint32_t index, const Assignment& assignment);

  // After the last step, on the thread: what the host has still to do.
  void conclude();

  void stop();
  void cut();
  void steer(const plan::Steering& steering);  // all so far
  bool in_step() const { return in_step_; }
  std::atomic<bool>& held() { return held_; }  // see guard::HoldNotice
  void flush();                                // hands over what was measured; on the thread, or while it is held for good

  metrics::Tally tally() const { return context_.recorder.tally(); }
  std::uint32_t active_users() const { return active_users_.load(std::memory_order_relaxed); }
  const LoadMeter& meter() const { return meter_; }  // once the run has ended
  bool stacks_guarded() const { return context_.loop.stacks().fully_guarded(); }

 private:
  std::unique_ptr<Load> make_load(const StepState& step);
  void begin_figures(std::uint32_t index, const StepState& state);
  void on_tick(fiber::Duration late);
  void end_warm_up();
  fiber::Duration patience_at_end() const;

  const plan::Plan& plan_;
  const TestMix mix_;
  const Sink& sink_;
  Context context_;
  LoadMeter meter_;
  std::unique_ptr<Load> load_;  // of the present step
  std::size_t steered_ = 0;     // the size of the steering that it follows
  fiber::TimePoint next_flush_{};
  fiber::TimePoint cut_at_ = fiber::kNever;      // of the present step, or of what follows the last
  fiber::TimePoint warm_until_ = fiber::kNever;  // nothing is left out of the figures from then on
  std::atomic<bool> stopping_{false};
  std::atomic<bool> cut_{false};
  std::atomic<bool> in_step_{false};
  std::atomic<bool> held_{false};
  std::atomic<std::uint32_t> active_users_{0};
};

}  // namespace loads::user
