#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/plan/plan.h"
#include "engine/user/settings.h"
#include "engine/user/share.h"
#include "engine/user/test_registry.h"

namespace loads::user {

// A share run by threads of this process: one for each core, or as many as the settings say.
class ThreadShare final : public Share {
 public:
  // Checks what can be checked (descriptors, the tests, the slots of the black box) and throws.
  ThreadShare(plan::Plan plan, std::vector<const TestInfo*> tests, Settings settings, Sink sink, StepDone step_done);
  ~ThreadShare() override;
  ThreadShare(const ThreadShare&) = delete;
  ThreadShare& operator=(const ThreadShare&) = delete;

  void start(std::optional<TimePoint> at = std::nullopt) override;
  void join(TimePoint began, TimePoint as_of) override;
  bool wait_for(std::chrono::milliseconds timeout) override;
  void stop() override;
  void cut() override;
  void steer(const plan::Steering& steering) override;
  std::optional<std::string> crashed() const override;  // of the whole process (guard::crashed)
  void rescue() override;
  Progress progress() const override;
  metrics::Tally tally() const override;
  std::vector<Warning> warnings() const override;
  std::vector<std::string> thresholds() const override;
  std::optional<std::string> holding_test(std::chrono::nanoseconds least) const override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loads::user
