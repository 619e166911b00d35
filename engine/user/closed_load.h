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
  void change(const std::vector<plan::Profile::Change>& changes) override;

 private:
  struct Stay {
    fiber::TimePoint from;
    fiber::TimePoint to;
  };
  // A user's runs in one stay.
  struct Round {
    std::uint32_t user;
    fiber::TimePoint to;    // as of so many changes
    std::uint32_t changes;  // one more than there were
    std::uint64_t runs;
  };

  void last_until_end();
  void spawn(std::uint32_t index);
  void spawn_up_to(std::uint32_t users);
  void run_user(std::uint32_t index);
  std::optional<Stay> next_stay(std::uint32_t index) const;
  bool run_tests(std::uint32_t index);
  bool goes_on(Round& round);
  void think(ActiveUser& user, const Round& round, fiber::TimePoint began);
  void wait_until(fiber::TimePoint time);
  void wake_all();
  fiber::TimePoint at(plan::Seconds since_start) const;

  const Crew crew_;
  const StepState step_;
  const bool thinks_;                          // something is to be waited for between two runs
  std::optional<plan::Profile> shape_;         // how many users there are when; nothing: all, each from his start on
  std::uint32_t spawned_ = 0;                  // indices below it have their fiber, those of this thread
  std::uint32_t changes_ = 0;                  // so far
  std::unordered_set<fiber::Fiber*> waiting_;  // of users between two runs
  bool paused_ = false;                        // a step that is bounded by hits
  bool stopped_ = false;
};

}  // namespace loads::user
