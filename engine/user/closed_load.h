#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "common/plan/profile.h"
#include "engine/user/load.h"

namespace loads::user {

class ActiveUser;

// The closed model: a user runs the test again when he is done with it, and after his think time. Users are there from their start on, or
// when the step's shape says so.
class ClosedLoad : public Load {
 public:
  ClosedLoad(const Crew& crew, const StepState& step);

  void begin() override;
  void stop() override;
  void steer(const plan::Steering& steering) override;

 private:
  struct Stay {
    fiber::TimePoint from;
    fiber::TimePoint to;
  };
  // What a user does in one stay.
  struct Round {
    std::uint32_t user;
    fiber::TimePoint to;
    std::size_t steering;  // `to` is as of a steering of this size
    std::uint64_t runs = 0;
  };

  void last_until_end();
  void wake_all();
  void spawn(std::uint32_t index);
  void spawn_up_to(std::uint32_t users);
  void run_user(std::uint32_t index);
  void run_user_by_time(std::uint32_t index);
  std::optional<Stay> next_stay(std::uint32_t index) const;
  bool run_tests(std::uint32_t index, fiber::TimePoint to);
  bool goes_on(Round& round);
  void await_resumption();
  void think(ActiveUser& user, Round& round, fiber::TimePoint began);
  void wait_until(fiber::TimePoint time);
  bool is_over() const { return stopped_ || crew_.context.loop.now() >= step_.end; }
  fiber::TimePoint at(plan::Seconds since_start) const;

  const Crew crew_;
  const StepState step_;
  const bool thinks_;                           // something is to be waited for between two runs
  std::optional<plan::Profile> shape_;          // how many users there are when; nothing: all, each from his start on
  std::vector<plan::Profile::Change> changes_;  // of the step's load
  std::size_t steering_ = 0;                    // the size of the one that is followed
  std::uint32_t spawned_ = 0;                   // users below it have their fiber, those of this thread
  std::unordered_set<fiber::Fiber*> waiting_;   // of users between two runs
  bool stopped_ = false;
};

}  // namespace loads::user
