#include "engine/user/closed_load.h"

#include <algorithm>
#include <memory>
#include <random>

#include "engine/user/active_user.h"

namespace loads::user {
namespace {

fiber::Duration to_duration(plan::Seconds time) { return std::chrono::duration_cast<fiber::Duration>(time); }

}  // namespace

ClosedLoad::ClosedLoad(const Crew& crew, const StepState& step)
    : crew_(crew), step_(step), thinks_(step.plan.pacing > plan::Seconds(0) || step.plan.think_most > plan::Seconds(0)) {}

void ClosedLoad::begin() {
  for (std::uint32_t i = 0; i < step_.deal.count; ++i) spawn(step_.deal.first + i);
  if (step_.step.shape) crew_.context.loop.spawn([this] { last_until_end(); });
}

// Though there may be no users in it any more.
void ClosedLoad::last_until_end() {
  while (!stopped_ && crew_.context.loop.now() < step_.end) wait_until(step_.end);
}

void ClosedLoad::stop() {
  stopped_ = true;
  for (fiber::Fiber* fiber : waiting_) crew_.context.loop.wake(*fiber);
}

void ClosedLoad::spawn(std::uint32_t index) {
  crew_.context.loop.spawn([this, index] { run_user(index); });
}

fiber::TimePoint ClosedLoad::at(plan::Seconds since_start) const { return step_.start + to_duration(since_start); }

// Nothing: the user is not to come (again).
std::optional<ClosedLoad::Stay> ClosedLoad::next_stay(std::uint32_t index) const {
  if (!step_.step.shape) return Stay{at(plan::start_offset(index, step_.step.users, step_.plan.ramp_up)), step_.end};
  const auto stay = step_.step.shape->above(index, crew_.context.loop.now() - step_.start);
  return stay ? std::optional(Stay{at(stay->from), std::min(at(stay->to), step_.end)}) : std::nullopt;
}

void ClosedLoad::run_user(std::uint32_t index) {
  while (const auto stay = next_stay(index)) {
    if (stay->from > fiber::Clock::now()) {
      wait_until(stay->from);
    } else if (!run_tests(index, stay->to) || !step_.step.shape) {
      return;
    } else {
      crew_.context.loop.yield();  // a stay may be too short for a single run
    }
    if (stopped_) return;
  }
}

// False: the user is not to come again.
bool ClosedLoad::run_tests(std::uint32_t index, fiber::TimePoint to) {
  const auto user = std::make_unique<ActiveUser>(crew_, index);
  const AtWork at_work(crew_);
  bool may_go_on = true;
  for (std::uint64_t runs = 0; may_go_on && goes_on(runs, to); ++runs) {
    const fiber::TimePoint began = crew_.context.loop.now();
    may_go_on = user->run_test();
    if (thinks_ && may_go_on && goes_on(runs + 1, to)) think(*user, began, to);
  }
  user->tear_down();
  return may_go_on;
}

bool ClosedLoad::goes_on(std::uint64_t runs_done, fiber::TimePoint to) const {
  if (stopped_) return false;
  return step_.step.hits ? runs_done < *step_.step.hits : crew_.context.loop.now() < to;
}

// Think time from the end of a run, pacing from its beginning.
void ClosedLoad::think(ActiveUser& user, fiber::TimePoint began, fiber::TimePoint to) {
  const plan::Plan& plan = step_.plan;
  fiber::TimePoint next{};
  if (plan.pacing > plan::Seconds(0)) next = began + to_duration(plan.pacing);
  if (plan.think_most > plan::Seconds(0)) {
    std::uniform_real_distribution<double> seconds(plan.think_least.count(), plan.think_most.count());
    next = std::max(next, fiber::Clock::now() + to_duration(plan::Seconds(seconds(user.user().random()))));
  }
  if (!step_.step.hits) next = std::min(next, to);
  while (!stopped_ && next > fiber::Clock::now()) wait_until(next);
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
