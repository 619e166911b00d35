#include "engine/user/closed_load.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <utility>

#include "engine/user/active_user.h"

namespace loads::user {
namespace {

fiber::Duration to_duration(plan::Seconds time) { return std::chrono::duration_cast<fiber::Duration>(time); }

// As the start offsets of a ramp-up have it, which hold where nothing is changed.
plan::Profile shape_of(const plan::Plan& plan, const plan::Step& step) {
  if (step.shape) return *step.shape;
  const double users = step.users;
  const plan::Seconds end = *step.duration;
  if (plan.ramp_up >= end) return plan::Profile({{plan::Seconds(0), 0}, {end, users * (end / plan.ramp_up)}});
  return plan::Profile({{plan::Seconds(0), 0}, {plan.ramp_up, users}, {end, users}});
}

}  // namespace

ClosedLoad::ClosedLoad(const Crew& crew, const StepState& step)
    : crew_(crew),
      step_(step),
      thinks_(step.plan.pacing > plan::Seconds(0) || step.plan.think_most > plan::Seconds(0)),
      shape_(step.step.shape),
      spawned_(step.step.users) {}

void ClosedLoad::begin() {
  for (std::uint32_t i = 0; i < step_.deal.count; ++i) spawn(step_.deal.first + i);
  steer(step_.steering);
  if (shape_) crew_.context.loop.spawn([this] { last_until_end(); });
}

// Though there may be no users in it any more.
void ClosedLoad::last_until_end() {
  while (!is_over()) wait_until(step_.end);
}

void ClosedLoad::stop() {
  stopped_ = true;
  wake_all();
}

void ClosedLoad::wake_all() {
  for (fiber::Fiber* fiber : waiting_) crew_.context.loop.wake(*fiber);
}

void ClosedLoad::steer(const plan::Steering& steering) {
  if (steering.changes.empty()) return;
  steering_ = steering.size();
  changes_ = steering.changes_since(step_.since_run);
  if (step_.step.duration) {
    shape_ = shape_of(step_.plan, step_.step).with(changes_);
    spawn_up_to(static_cast<std::uint32_t>(std::ceil(std::min<double>(shape_->highest(), step_.most_users))));
  }
  wake_all();
}

// More than were planned are dealt to the threads one by one.
void ClosedLoad::spawn_up_to(std::uint32_t users) {
  for (; !stopped_ && spawned_ < users; ++spawned_) {
    if (spawned_ % step_.turn.count == step_.turn.index) spawn(spawned_);
  }
}

void ClosedLoad::spawn(std::uint32_t index) {
  crew_.context.loop.spawn([this, index] { step_.step.hits ? run_user(index) : run_user_by_time(index); });
}

fiber::TimePoint ClosedLoad::at(plan::Seconds since_start) const { return step_.start + to_duration(since_start); }

// Nothing: the user is not to come (again), as things stand.
std::optional<ClosedLoad::Stay> ClosedLoad::next_stay(std::uint32_t index) const {
  if (!shape_) return Stay{at(plan::start_offset(index, step_.step.users, step_.plan.ramp_up)), step_.end};
  const auto stay = shape_->above(index, crew_.context.loop.now() - step_.start);
  return stay ? std::optional(Stay{at(stay->from), std::min(at(stay->to), step_.end)}) : std::nullopt;
}

void ClosedLoad::run_user(std::uint32_t index) {
  const fiber::TimePoint start = at(plan::start_offset(index, step_.step.users, step_.plan.ramp_up));
  while (!stopped_ && start > fiber::Clock::now()) wait_until(start);
  if (!stopped_) run_tests(index, step_.end);
}

// One that is not wanted may be wanted again, when somebody asks for more.
void ClosedLoad::run_user_by_time(std::uint32_t index) {
  while (!is_over()) {
    const auto stay = next_stay(index);
    if (!stay || stay->from > fiber::Clock::now()) {
      wait_until(stay ? std::min(stay->from, step_.end) : step_.end);
    } else if (!run_tests(index, stay->to)) {
      return;
    } else {
      crew_.context.loop.yield();  // a stay may be too short for a single run
    }
  }
}

// False: the user is not to come again.
bool ClosedLoad::run_tests(std::uint32_t index, fiber::TimePoint to) {
  const auto user = std::make_unique<ActiveUser>(crew_, index);
  const AtWork at_work(crew_);
  bool may_go_on = true;
  Round round{index, to, steering_};
  while (may_go_on && goes_on(round)) {
    const fiber::TimePoint began = crew_.context.loop.now();
    may_go_on = user->run_test();
    ++round.runs;
    if (thinks_ && may_go_on && goes_on(round)) think(*user, round, began);
  }
  user->tear_down();
  return may_go_on;
}

bool ClosedLoad::goes_on(Round& round) {
  if (step_.step.hits) {
    if (!changes_.empty()) await_resumption();
    return !stopped_ && round.runs < *step_.step.hits;
  }
  const fiber::TimePoint now = crew_.context.loop.now();
  if (std::exchange(round.steering, steering_) != steering_) {
    const auto stay = next_stay(round.user);
    round.to = stay && stay->from <= now ? stay->to : now;
  }
  return !stopped_ && now < round.to;
}

// Users who have so many runs to do cannot be more or fewer; but they can pause.
void ClosedLoad::await_resumption() {
  while (!stopped_) {
    const plan::Seconds now = crew_.context.loop.now() - step_.start;
    const auto next = std::find_if(changes_.begin(), changes_.end(), [now](const auto& change) { return change.from > now; });
    if (next == changes_.begin() || std::prev(next)->factor > 0) return;
    wait_until(next == changes_.end() ? fiber::kNever : at(next->from));
  }
}

// Think time from the end of a run, pacing from its beginning.
void ClosedLoad::think(ActiveUser& user, Round& round, fiber::TimePoint began) {
  const plan::Plan& plan = step_.plan;
  fiber::TimePoint next{};
  if (plan.pacing > plan::Seconds(0)) next = began + to_duration(plan.pacing);
  if (plan.think_most > plan::Seconds(0)) {
    std::uniform_real_distribution<double> seconds(plan.think_least.count(), plan.think_most.count());
    next = std::max(next, fiber::Clock::now() + to_duration(plan::Seconds(seconds(user.user().random()))));
  }
  while (next > fiber::Clock::now() && goes_on(round)) wait_until(step_.step.hits ? next : std::min(next, round.to));
}

// Or until it is woken.
void ClosedLoad::wait_until(fiber::TimePoint time) {
  fiber::Loop& loop = crew_.context.loop;
  const struct Waiting {
    Waiting(std::unordered_set<fiber::Fiber*>& all_in, fiber::Fiber& fiber_in) : all(all_in), fiber(fiber_in) { all.insert(&fiber); }
    ~Waiting() { all.erase(&fiber); }
    std::unordered_set<fiber::Fiber*>& all;
    fiber::Fiber& fiber;
  } waiting(waiting_, *loop.running());
  loop.set_deadline(time);
  loop.park();
  loop.set_deadline(fiber::kNever);
}

}  // namespace loads::user
