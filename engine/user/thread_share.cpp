#include "engine/user/thread_share.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstdio>
#include <future>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "common/black_box.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "engine/dns/resolver.h"
#include "engine/guard/crash_guard.h"
#include "engine/guard/limits.h"
#include "engine/guard/watchdog.h"
#include "engine/user/assessment.h"
#include "engine/user/failure_reporter.h"
#include "engine/user/worker.h"

namespace loads::user {
namespace {

constexpr std::chrono::seconds kOthersEnd{3};  // for the threads beside one that has crashed, once they are cut; an agent waits for 15

std::uint32_t thread_count(const Settings& settings, const plan::Plan& plan) {
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::max(1U, std::min(settings.threads > 0 ? settings.threads : cores, plan.max_users()));
}

void report_stall(const guard::StallReport& report) {
  log::warn(report.message);
  for (const std::string& frame : report.backtrace) log::warn("    " + frame);
}

guard::Watchdog::Locate locate_for(const Settings& settings) {
  if (settings.host == nullptr) return guard::Watchdog::locate_natively;
  return [host = settings.host.get()](pthread_t thread) { return host->locate(thread); };
}

Settings with_plan(Settings settings, const plan::Plan& plan) {
  settings.agents = plan.agents;
  settings.most_users = plan.max_users();
  return settings;
}

std::string in_seconds(std::chrono::duration<double> time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", time.count());
  return text;
}

}  // namespace

class ThreadShare::Impl {
 public:
  Impl(plan::Plan plan, std::vector<const TestInfo*> tests, Settings settings, Sink sink, StepDone step_done)
      : plan_(std::move(plan)),
        tests_(std::move(tests)),
        settings_(with_plan(std::move(settings), plan_)),
        user_sink_(std::move(sink)),
        step_done_(std::move(step_done)),
        sink_([this](metrics::Slice&& slice) { hand_over(std::move(slice)); }),
        resolver_(settings_.resolve_once),
        gate_(thread_count(settings_, plan_), Gate{this}) {
    if (tests_.empty() || plan_.steps.empty()) throw std::invalid_argument("a share needs a test and a step");
    const std::uint32_t threads = thread_count(settings_, plan_);
    check_certificates(settings_.connections);
    check_local_addresses(settings_.connections);
    guard::require_descriptors(deal(most_users(), 1, 0).count, threads);
    BlackBox* const box = settings_.black_box.get();
    if (box != nullptr && box->slots() < (settings_.part.index + 1) * threads)
      throw std::invalid_argument("the black box has fewer slots than the share has threads");
    for (std::uint32_t i = 0; i < threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(plan_, tests_, settings_, resolver_, sink_, deal(most_users(), threads, i),
                                                  box != nullptr ? &box->slot(settings_.part.index * threads + i) : nullptr));
    }
  }

  ~Impl() {
    if (threads_.empty()) return;
    cut();
    for (const std::future<void>& thread : threads_) thread.wait();
  }

  void start(std::optional<fiber::TimePoint> at) {
    start_at_ = at.value_or(fiber::TimePoint{});
    watchdog_.start();
    machine_before_ = guard::read_machine();
    for (std::uint32_t i = 0; i < workers_.size(); ++i) {
      threads_.push_back(run([this, i] { run_thread(i); }));
    }
  }

  void join(fiber::TimePoint began, fiber::TimePoint as_of) {
    const plan::Position position = plan::position(plan_, as_of - began);
    step_ = first_step_ = position.step;
    joined_ = true;
    step_began_ = as_of - std::chrono::duration_cast<fiber::Duration>(position.in_step);
    run_began_ = began;
    start(std::nullopt);
  }

  bool wait_for(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, timeout, [this] { return threads_ended_ == workers_.size(); });
  }

  void stop() {
    stopping_ = true;
    for (const auto& worker : workers_) worker->stop();
  }

  void cut() {
    stopping_ = true;
    for (const auto& worker : workers_) worker->cut();
  }

  void steer(const plan::Steering& steering) {
    {
      const std::lock_guard lock(mutex_);
      if (steering.size() <= steering_.size()) return;
      steering_ = steering;
    }
    for (const auto& worker : workers_) worker->steer(steering);
  }

  void rescue() {
    guard::prolong_hold();
    cut();
    const auto until = fiber::Clock::now() + kOthersEnd;
    const auto runs = [](const auto& worker) { return worker->in_step() && !worker->held(); };
    while (std::any_of(workers_.begin(), workers_.end(), runs) && fiber::Clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    // A thread that still runs may write to its slice at any time, so that is left alone.
    for (const auto& worker : workers_) {
      if (worker->held()) worker->flush();
    }
  }

  Progress progress() const;
  std::vector<Warning> warnings() const;
  std::vector<std::string> thresholds() const { return thresholds_of(tests_); }
  std::optional<std::string> holding_test(std::chrono::nanoseconds least) const {
    const auto stall = watchdog_.present_stall(least);
    return stall ? std::optional(stall->test) : std::nullopt;
  }

  metrics::Tally tally() const {
    metrics::Tally sum;
    for (const auto& worker : workers_) sum += worker->tally();
    return sum;
  }

 private:
  // Of this process's part. Every part has as many threads.
  plan::Deal deal(std::uint32_t users, std::uint32_t threads, std::uint32_t thread) const {
    return plan::deal(users, settings_.part.count * threads, settings_.part.index * threads + thread);
  }

  // A rate has as many users as it needs, and as there may be open files.
  std::uint32_t users_of(const plan::Step& step) const {
    const std::uint32_t users = plan_.users_of_agent(step);
    return step.rate ? std::clamp(users_that_fit(), 1U, users) : users;
  }

  bool lacks_files(const plan::Step& step) const { return users_of(step) < plan_.users_of_agent(step); }

  // Into all processes together.
  std::uint32_t users_that_fit() const {
    const std::uint64_t of_each = guard::users_that_fit(raise_descriptor_limit(), thread_count(settings_, plan_));
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(of_each * settings_.part.count, std::numeric_limits<std::uint32_t>::max()));
  }

  // That there are open files for those of the plan is known.
  std::uint32_t most_steered_users(const plan::Step& step) const { return std::max(step.users, users_that_fit()); }

  std::uint32_t most_users() const {
    std::uint32_t most = 1;
    for (const plan::Step& step : plan_.steps) most = std::max(most, users_of(step));
    return most;
  }

  Worker::Assignment assignment(std::uint32_t index, std::uint32_t thread) const {
    const plan::Step& step = plan_.steps[index];
    const auto threads = static_cast<std::uint32_t>(workers_.size());
    const plan::Turn turn{settings_.part.index * threads + thread, settings_.part.count * threads};
    const std::lock_guard lock(mutex_);
    return {deal(users_of(step), threads, thread),
            turn,
            step_start_,
            joined_ && index == first_step_,
            step_start_ - run_began_,
            most_steered_users(step),
            steering_};
  }

  std::future<void> run(std::function<void()> body) const {
    return settings_.host != nullptr ? settings_.host->run(std::move(body)) : std::async(std::launch::async, std::move(body));
  }

  // Between two steps, when every thread has ended the one and none has begun the other.
  struct Gate {
    Impl* impl;
    void operator()() noexcept { impl->next_step(); }
  };

  void run_thread(std::uint32_t index) {
    const guard::ThreadSignalStack signal_stack;
    const guard::HoldNotice notice(workers_[index]->held());
    const guard::WatchedThread watched(watchdog_, index);
    const FailureReporter reporter;
    gate_.arrive_and_wait();
    while (!all_done_) {
      const std::uint32_t step = step_.load();
      workers_[index]->run_step(step, assignment(step, index));
      gate_.arrive_and_wait();
    }
    workers_[index]->conclude();
    const std::lock_guard lock(mutex_);
    ++threads_ended_;
    ended_.notify_all();
  }

  void next_step() {
    const auto now = fiber::Clock::now();
    const bool first = !begun_.exchange(true);
    if (!first) {
      const std::lock_guard lock(sink_mutex_);
      step_done_(step_.load(), std::max(now - step_start_, fiber::Duration{}));  // stopped before it began
      ++step_;
    }
    const bool last = step_.load() == plan_.steps.size() || (stopping_ && !first);
    const auto start = first || last ? std::optional(step_began_.value_or(std::max(now, start_at_))) : start_of_next(now);
    const std::lock_guard lock(mutex_);
    all_done_ = last || !start;
    if (all_done_) return;
    step_start_ = *start;
    if (first && !step_began_) run_began_ = *start;
  }

  // Of a step that is not the first, for which all parts of the share wait for each other.
  std::optional<fiber::TimePoint> start_of_next(fiber::TimePoint now) const {
    if (!settings_.part.await_step) return now;
    if (settings_.host != nullptr) settings_.host->before_wait();
    const auto start = settings_.part.await_step(step_.load());
    if (settings_.host != nullptr) settings_.host->after_wait();
    return start;
  }

  void hand_over(metrics::Slice&& slice) {
    const std::lock_guard lock(sink_mutex_);
    arrivals_.merge(slice.arrivals);
    user_sink_(std::move(slice));
  }

  const plan::Plan plan_;
  guard::MachineReading machine_before_;
  const std::vector<const TestInfo*> tests_;
  const Settings settings_;
  const Sink user_sink_;
  const StepDone step_done_;
  const Worker::Sink sink_;
  mutable std::mutex sink_mutex_;
  metrics::ArrivalStats arrivals_;  // under sink_mutex_

  guard::Watchdog watchdog_{report_stall, std::chrono::seconds(1), locate_for(settings_)};
  // The resolver goes first: what it has still to say it says to the workers' loops.
  std::vector<std::unique_ptr<Worker>> workers_;
  dns::Resolver resolver_;

  std::barrier<Gate> gate_;
  std::atomic<bool> begun_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint32_t> step_{0};
  bool all_done_ = false;                       // written by the gate alone, read by those who have passed it
  fiber::TimePoint step_start_{};               // likewise, and under mutex_ by progress()
  fiber::TimePoint start_at_{};                 // of the first step, when that is later
  std::optional<fiber::TimePoint> step_began_;  // of the first one, when it is joined
  std::uint32_t first_step_ = 0;                // that this share does
  bool joined_ = false;
  fiber::TimePoint run_began_{};  // written by the gate alone, or before it
  plan::Steering steering_;       // under mutex_

  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t threads_ended_ = 0;  // guarded by mutex_
  std::vector<std::future<void>> threads_;
};

Progress ThreadShare::Impl::progress() const {
  Progress out;
  const auto steps = static_cast<std::uint32_t>(plan_.steps.size());
  for (const auto& worker : workers_) {
    out.finished_runs += worker->tally().runs();
    out.active_users += worker->active_users();
  }
  out.step = std::min(step_.load(), steps - 1);
  if (!begun_) return out;
  const std::lock_guard lock(mutex_);
  out.fraction = plan::fraction(plan_, step_.load(), fiber::Clock::now() - step_start_, out.finished_runs);
  return out;
}

std::vector<Warning> ThreadShare::Impl::warnings() const {
  std::vector<Warning> out;
  if (settings_.part.index == 0) out = assess(machine_before_, guard::read_machine());  // what is true of all parts is said once
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    for (Warning& warning : assess(workers_[i]->meter(), static_cast<std::uint32_t>(i + 1))) out.push_back(std::move(warning));
    if (!workers_[i]->stacks_guarded()) {
      out.push_back({"unguarded-stacks", "the kernel's limit on mappings (vm.max_map_count) left some users' stacks without a guard page",
                     metrics::Validity::valid});
    }
  }
  if (std::any_of(plan_.steps.begin(), plan_.steps.end(), [this](const auto& step) { return lacks_files(step); })) {
    const std::lock_guard lock(sink_mutex_);
    if (auto warning = shortage_of_files(arrivals_, most_users())) out.push_back(*std::move(warning));
  }
  for (const auto& stall : watchdog_.stalls()) {
    out.push_back({"loop-stalled", "thread " + std::to_string(stall.thread + 1) + " stood still for " + in_seconds(stall.duration) +
                                       " in " + stall.test + ": the other users' times on it are too high."});
  }
  return out;
}

ThreadShare::ThreadShare(plan::Plan plan, std::vector<const TestInfo*> tests, Settings settings, Sink sink, StepDone step_done)
    : impl_(std::make_unique<Impl>(std::move(plan), std::move(tests), std::move(settings), std::move(sink), std::move(step_done))) {}
ThreadShare::~ThreadShare() = default;
void ThreadShare::start(std::optional<TimePoint> at) { impl_->start(at); }
void ThreadShare::join(TimePoint began, TimePoint as_of) { impl_->join(began, as_of); }
bool ThreadShare::wait_for(std::chrono::milliseconds timeout) { return impl_->wait_for(timeout); }
std::optional<std::string> ThreadShare::crashed() const { return guard::crashed(); }
void ThreadShare::stop() { impl_->stop(); }
void ThreadShare::cut() { impl_->cut(); }
void ThreadShare::steer(const plan::Steering& steering) { impl_->steer(steering); }
void ThreadShare::rescue() { impl_->rescue(); }
Progress ThreadShare::progress() const { return impl_->progress(); }
metrics::Tally ThreadShare::tally() const { return impl_->tally(); }
std::vector<Warning> ThreadShare::warnings() const { return impl_->warnings(); }
std::vector<std::string> ThreadShare::thresholds() const { return impl_->thresholds(); }
std::optional<std::string> ThreadShare::holding_test(std::chrono::nanoseconds least) const { return impl_->holding_test(least); }

}  // namespace loads::user
