#pragma once

#include <optional>
#include <unordered_set>

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

 private:
  struct Stay {
    fiber::TimePoint from;
    fiber::TimePoint to;
  };

  void last_until_end();
  void spawn(std::uint32_t index);
  void run_user(std::uint32_t index);
  std::optional<Stay> next_stay(std::uint32_t index) const;
  bool run_tests(std::uint32_t index, fiber::TimePoint to);
  bool goes_on(std::uint64_t runs_done, fiber::TimePoint to) const;
  void think(ActiveUser& user, fiber::TimePoint began, fiber::TimePoint to);
  void wait_until(fiber::TimePoint time);
  fiber::TimePoint at(plan::Seconds since_start) const;

  const Crew crew_;
  const StepState step_;
  const bool thinks_;                          // something is to be waited for between two runs
  std::unordered_set<fiber::Fiber*> waiting_;  // of users between two runs
  bool stopped_ = false;
};

}  // namespace loads::user
