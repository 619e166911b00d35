#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/plan/schedule.h"
#include "engine/user/load.h"

namespace loads::user {

class ActiveUser;

// The open model: test runs begin when the rate says so, whether those before have ended or not. A user who is free does the next one; is
// there none, another user is made, up to a limit; beyond it runs wait for one, and their delay is in their response times. What has not
// begun by the end of the step is missed.
class OpenLoad : public Load {
 public:
  OpenLoad(const Crew& crew, const StepState& step);
  ~OpenLoad() override;

  void begin() override;
  void stop() override;
  void steer(const plan::Steering& steering) override;

 private:
  struct Run {
    fiber::TimePoint due;
    bool waited = false;  // for a user: more would have begun it in time
  };
  class Idle;  // a user between two runs

  void follow(const plan::Steering& steering, plan::Seconds now);
  void dispatch();
  void dispatch_until_end();
  void conclude();
  void wake_dispatcher();
  bool has_room() const { return !idle_.empty() || users_ < most_users_; }
  std::optional<fiber::TimePoint> next_due() const;
  void give(Run run);
  void spawn(Run run);
  std::uint32_t take_index();
  void run_user(std::uint32_t index, Run run);
  bool run_tests(ActiveUser& user, Run run);
  void begin(ActiveUser& user, Run run);
  std::optional<Run> next_run();
  std::optional<Run> overdue_run();
  plan::Seconds since_start(fiber::TimePoint time) const { return time - step_.start; }

  const Crew crew_;
  const StepState step_;
  const std::uint32_t most_users_;  // of this thread
  plan::Schedule schedule_;
  std::size_t parts_ = 0;  // of others, that are in the schedule
  fiber::Fiber* dispatcher_ = nullptr;
  bool starved_ = false;              // a run is due, and there is no user for it
  fiber::TimePoint starved_until_{};  // what was due before then has had to wait for a user
  bool over_ = false;                 // no run begins any more
  bool stopped_ = false;
  std::uint32_t users_ = 0;
  std::vector<std::uint32_t> free_indices_;  // of users that are gone, and may come again
  std::uint32_t next_index_;                 // of the next user who has not been there yet
  std::vector<Idle*> idle_;                  // the last one to have become so is the first to be called: his connection is the warmest
};

}  // namespace loads::user
