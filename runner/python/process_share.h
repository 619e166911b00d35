#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/black_box.h"
#include "runner/python/python_setting.h"
#include "runner/python/python_worker.h"
#include "runner/worker/share_work.h"
#include "runner/worker/wake_up.h"

namespace loads::runner {

// A share run by processes of Python, one for each core, since the interpreter's lock lets one thread run at a time. They begin each step
// together, count in one black box, and a crash takes one of them only; what it had measured is not lost, but for its times. One that says
// nothing any more is killed.
//
// One thread talks to the processes. Construction starts them and waits until the test is loaded; throws Failure with what they say.
class ProcessShare final : public user::Share {
 public:
  ProcessShare(ShareWork work, PythonSetting setting);
  ~ProcessShare() override;
  ProcessShare(const ProcessShare&) = delete;
  ProcessShare& operator=(const ProcessShare&) = delete;

  void start(std::optional<TimePoint> at) override;
  void join(TimePoint began, TimePoint as_of) override;
  bool wait_for(std::chrono::milliseconds timeout) override;
  void stop() override;
  void cut() override;
  void steer(const plan::Steering& steering) override;
  std::optional<std::string> crashed() const override;
  void rescue() override;
  user::Progress progress() const override;
  metrics::Tally tally() const override;
  std::vector<user::Warning> warnings() const override;
  std::vector<std::string> thresholds() const override { return workers_.front()->prepared()->thresholds; }
  std::optional<std::string> holding_test(std::chrono::nanoseconds) const override { return {}; }  // each process looks after its own

 private:
  void launch();
  void prepare();
  void await_prepared();
  void tell(const proto::ToWorker& message);
  void talk();
  void poll_once();
  void serve(std::uint32_t index);
  void take(const proto::Batch& batch);
  void heed_gone(std::uint32_t index);
  void heed_silence(std::uint32_t index);
  void end_without_last_word(std::uint32_t index, const std::string& what);
  void heed_steps();
  void kill_late();
  bool all_over() const;
  std::string name_of(std::uint32_t index) const;

  ShareWork work_;
  std::shared_ptr<BlackBox> box_;
  const PythonSetting setting_;
  WakeUp wake_up_;  // there is something to send

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<std::unique_ptr<PythonWorker>> workers_;
  std::vector<user::Warning> warnings_;
  std::map<std::uint32_t, std::chrono::duration<double>> step_durations_;
  std::uint32_t step_ = 0;
  TimePoint step_began_{};
  bool begun_ = false;
  bool over_ = false;
  bool stopping_ = false;
  std::optional<std::string> crashed_;
  TimePoint kill_at_ = TimePoint::max();
  TimePoint looked_at_{};  // of the thread's own

  std::thread thread_;
};

}  // namespace loads::runner
