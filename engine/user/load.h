#pragma once

#include <atomic>
#include <cstdint>

#include "common/plan/arrivals.h"
#include "common/plan/plan.h"
#include "common/plan/steering.h"
#include "engine/user/context.h"
#include "engine/user/test_mix.h"

namespace loads::user {

// One step of a plan as the threads that share it see it.
struct StepState {
  const plan::Plan& plan;
  const plan::Step& step;
  plan::Turn turn;                 // of this thread among all that share the step: of one agent for users, of all agents for a rate
  plan::Deal deal;                 // the users that are this thread's, when their number is fixed
  fiber::TimePoint start;          // may be to come
  fiber::TimePoint end;            // no new test run from then on; kNever when the step is bounded by hits
  bool joined = false;             // what was to begin before now is somebody else's
  plan::Seconds since_run{0};      // from the start of the run to that of the step
  std::uint32_t most_users = 1;    // of the agent, as far as there are open files for them
  const plan::Steering& steering;  // that is known when the step begins
};

// What a thread's users have in common.
struct Crew {
  Context& context;
  const TestMix& mix;
  std::atomic<std::uint32_t>& active;  // users at work
};

// While it lives one user more is at work.
class AtWork {
 public:
  explicit AtWork(const Crew& crew) : active_(crew.active) { active_.fetch_add(1, std::memory_order_relaxed); }
  ~AtWork() { active_.fetch_sub(1, std::memory_order_relaxed); }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  std::atomic<std::uint32_t>& active_;
};

// What brings the users of one thread to their test runs in one step. Belongs to the thread; its functions are called between fibers, or
// by one.
class Load {
 public:
  virtual ~Load() = default;

  virtual void begin() = 0;                                // spawns fibers: the step is over when all have ended
  virtual void stop() = 0;                                 // no new test runs; who waits for his turn ends
  virtual void steer(const plan::Steering& steering) = 0;  // all so far, and more than before
};

}  // namespace loads::user
