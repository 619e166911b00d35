#include "engine/user/open_load.h"

#include <sys/prctl.h>

#include <algorithm>
#include <memory>

#include "engine/user/active_user.h"

namespace loads::user {
namespace {

// This thread's turn among those of all agents: an agent's runs are dealt to its threads, however many they are.
plan::Turn turn_of(const Context& context, const plan::Turn& of_thread) {
  const Settings& settings = context.settings;
  return plan::within({settings.agent_index, settings.agents}, of_thread);
}

}  // namespace

class OpenLoad::Idle {
 public:
  explicit Idle(OpenLoad& load) : load_(load), fiber_(*load.crew_.context.loop.running()) { load_.idle_.push_back(this); }
  ~Idle() {
    if (!run_) std::erase(load_.idle_, this);
  }
  Idle(const Idle&) = delete;
  Idle& operator=(const Idle&) = delete;

  void give(Run run) {
    run_ = run;
    wake();
  }
  void wake() { load_.crew_.context.loop.wake(fiber_); }
  const std::optional<Run>& run() const { return run_; }

 private:
  OpenLoad& load_;
  fiber::Fiber& fiber_;
  std::optional<Run> run_;  // once it is given, this is idle no more
};

OpenLoad::OpenLoad(const Crew& crew, const StepState& step)
    : crew_(crew),
      step_(step),
      most_users_(std::max(1U, step.deal.count)),
      schedule_(*step.step.rate, step.plan.spacing, crew.context.settings.seed, turn_of(crew.context, step.turn)),
      next_index_(step.deal.first) {
  follow(step.steering, plan::Seconds(0));
  if (step_.joined) schedule_.skip_to(since_start(fiber::Clock::now()));
}

OpenLoad::~OpenLoad() = default;

void OpenLoad::begin() {
  // Unasked the kernel may be 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL);
  dispatcher_ = &crew_.context.loop.spawn([this] { dispatch(); });
}

void OpenLoad::stop() {
  stopped_ = true;
  wake_dispatcher();
}

void OpenLoad::steer(const plan::Steering& steering) {
  follow(steering, since_start(fiber::Clock::now()));
  wake_dispatcher();
}

// Threads do their shares of what was another agent's as they do of their own.
void OpenLoad::follow(const plan::Steering& steering, plan::Seconds now) {
  if (!steering.changes.empty()) schedule_.change(steering.changes_since(step_.since_run), now);
  for (; parts_ < steering.parts.size(); ++parts_) {
    const plan::Steering::Part& part = steering.parts[parts_];
    schedule_.add(plan::within(part.turn, step_.turn), std::max(part.at - step_.since_run, now));
  }
}

void OpenLoad::wake_dispatcher() {
  if (dispatcher_ != nullptr) crew_.context.loop.wake(*dispatcher_);
}

// When the next run is to begin; nothing: no more.
std::optional<fiber::TimePoint> OpenLoad::next_due() const {
  const auto next = schedule_.next();
  if (!next) return std::nullopt;
  return step_.start + std::chrono::duration_cast<fiber::Duration>(*next);
}

void OpenLoad::dispatch() {
  // Also when it is cut off, which without a --stop-timeout is at the end of the step.
  const std::shared_ptr<void> gone(nullptr, [this](void*) {
    dispatcher_ = nullptr;
    conclude();
  });
  dispatch_until_end();
}

// What was due before the end and has a user begins, however late it is for the generator: only for want of a user it is missed.
void OpenLoad::dispatch_until_end() {
  while (!stopped_) {
    const fiber::TimePoint due = std::min(next_due().value_or(step_.end), step_.end);
    const fiber::TimePoint now = fiber::Clock::now();
    starved_ = due <= now && !has_room();
    if (now >= step_.end && (due == step_.end || starved_)) return;
    if (due > now || starved_) {
      const bool was_starved = starved_;
      crew_.context.loop.sleep_exactly_until(starved_ ? step_.end : due);
      if (was_starved) starved_until_ = fiber::Clock::now();
    } else {
      schedule_.take();
      give({due, due < starved_until_});
    }
  }
}

// What a stop finds due while users are free has merely not been begun yet.
void OpenLoad::conclude() {
  const fiber::TimePoint until = std::min(fiber::Clock::now(), step_.end);
  if (starved_ || !stopped_) crew_.context.recorder.slice().arrivals.missed += schedule_.count_until(since_start(until));
  over_ = true;
  for (Idle* idle : idle_) idle->wake();
}

void OpenLoad::give(Run run) {
  if (idle_.empty()) return spawn(run);
  Idle& idle = *idle_.back();
  idle_.pop_back();
  idle.give(run);
}

void OpenLoad::spawn(Run run) {
  ++users_;
  crew_.context.loop.spawn([this, index = take_index(), run] { run_user(index, run); });
}

std::uint32_t OpenLoad::take_index() {
  if (free_indices_.empty()) return next_index_++;
  const std::uint32_t index = free_indices_.back();
  free_indices_.pop_back();
  return index;
}

void OpenLoad::run_user(std::uint32_t index, Run run) {
  const auto user = std::make_unique<ActiveUser>(crew_, index);
  const bool may_come_again = run_tests(*user, run);
  user->tear_down();
  // One who has no more data keeps his place for ever.
  if (!may_come_again) return;
  --users_;
  free_indices_.push_back(index);
  if (starved_) wake_dispatcher();
}

// False: this user has nothing more to do in this step.
bool OpenLoad::run_tests(ActiveUser& user, Run run) {
  for (std::optional<Run> next = run; next; next = next_run()) {
    const AtWork at_work(crew_);
    begin(user, *next);
    if (!user.run_test()) return !user.user().end();
  }
  return true;
}

void OpenLoad::begin(ActiveUser& user, Run run) {
  const fiber::Duration delay = std::max(fiber::Clock::now() - run.due, fiber::Duration::zero());
  metrics::ArrivalStats& arrivals = crew_.context.recorder.slice().arrivals;
  (run.waited ? arrivals.waited : arrivals.late).record(metrics::to_microseconds(delay));
  user.user().client().begin_late(delay);
}

// What this user is to do next; nothing: no run begins any more. Suspends.
std::optional<OpenLoad::Run> OpenLoad::next_run() {
  if (over_) return std::nullopt;
  if (const auto overdue = overdue_run()) return overdue;
  Idle idle(*this);
  if (starved_) wake_dispatcher();
  while (!over_ && !idle.run()) crew_.context.loop.park();
  return idle.run();
}

// The one that waits for a user.
std::optional<OpenLoad::Run> OpenLoad::overdue_run() {
  const fiber::TimePoint now = fiber::Clock::now();
  const auto due = next_due();
  if (!starved_ || stopped_ || !due || *due > now || now >= step_.end) return std::nullopt;
  schedule_.take();
  return Run{*due, true};
}

}  // namespace loads::user
