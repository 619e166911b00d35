#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "common/plan/plan.h"
#include "engine/user/context.h"
#include "engine/user/cpu_meter.h"
#include "engine/user/test_registry.h"

namespace loads::user {

class VirtualUser;

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

  // Runs the users `deal` of step `index` to their end and hands over what was measured. The step begins at `start`, which may be to come.
  void run_step(std::uint32_t index, plan::Deal deal, fiber::TimePoint start);

  // After the last step, on the thread: what the host has still to do.
  void conclude();

  void stop();
  void cut();
  bool in_step() const { return in_step_; }
  void flush();  // hands over what was measured; on the thread, or while it is held for good

  metrics::Tally tally() const { return context_.recorder.tally(); }
  std::uint32_t active_users() const { return active_users_.load(std::memory_order_relaxed); }
  std::chrono::duration<double> busy_time() const { return cpu_.busy_time(); }  // once the run has ended
  bool stacks_guarded() const { return context_.loop.stacks().fully_guarded(); }

 private:
  struct StepState;
  class TestSet;

  void run_user(const StepState& step, std::uint32_t index);
  void wait_until(fiber::TimePoint start);
  void run_tests(const StepState& step, VirtualUser& user);
  bool goes_on(const StepState& step, std::uint64_t runs_done) const;
  void on_tick();
  void cancel_waiting();

  const plan::Plan& plan_;
  const std::vector<const TestInfo*>& tests_;
  const std::vector<std::size_t> cycle_;
  const Sink& sink_;
  Context context_;
  CpuMeter cpu_;
  fiber::TimePoint next_flush_{};
  fiber::TimePoint cut_at_ = fiber::kNever;         // of the present step
  std::unordered_set<fiber::Fiber*> between_runs_;  // users that wait for their start
  std::atomic<bool> stopping_{false};
  std::atomic<bool> in_step_{false};
  std::atomic<std::uint32_t> active_users_{0};
};

}  // namespace loads::user
