#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/descriptor.h"
#include "common/plan/plan.h"
#include "proto/wire/poller.h"
#include "runner/process/process.h"

namespace loads::runner {

// The processes of one step of an external runner, one for each virtual user. Belongs to one thread, whose poller wakes when one ends.
class Crew {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Member {
    Process process;
    Descriptor end;  // readable once it has ended
    std::uint32_t user;
  };
  // How to start the process of user `user`, from 1.
  using StartOf = std::function<Start(std::uint32_t user)>;

  Crew(const plan::Step& step, plan::Seconds ramp_up, TimePoint began, StartOf start_of, wire::Poller& poller);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void start_due(TimePoint now);  // throws Failure(local_resource)
  void start_no_more() { next_user_ = users_; }
  TimePoint next_start() const;  // max: all are started

  // Calls `ended` with the user and the status of each that has ended since the last time.
  void reap(const std::function<void(std::uint32_t user, int status)>& ended);
  void signal(int number) const;

  std::uint32_t running() const { return static_cast<std::uint32_t>(members_.size()); }
  bool is_over() const { return next_user_ == users_ && members_.empty(); }

 private:
  TimePoint start_time(std::uint32_t index) const;

  const std::uint32_t users_;
  const plan::Seconds ramp_up_;
  const TimePoint began_;
  const StartOf start_of_;
  wire::Poller& poller_;
  std::uint32_t next_user_ = 0;
  std::vector<Member> members_;
};

}  // namespace loads::runner
