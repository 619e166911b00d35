#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runner/external/crew.h"
#include "runner/external/message_recorder.h"
#include "runner/process/temporary_folder.h"
#include "runner/worker/share_work.h"
#include "runner/worker/wake_up.h"

namespace loads::wire {
class Inlet;
}

namespace loads::runner {

// A share done by processes of a command that the author of the test has written in whatever language he likes: one for each virtual user
// of each step, which tell by JSON messages what they measure (docs/other-languages.md). One thread starts them and hears them.
//
// A process that fails is an error of its user alone; one that does not end when it should have is killed.
class ExternalShare final : public user::Share {
 public:
  explicit ExternalShare(ShareWork work);  // throws Failure: the command makes no sense, or is not there
  ~ExternalShare() override;
  ExternalShare(const ExternalShare&) = delete;
  ExternalShare& operator=(const ExternalShare&) = delete;

  void start(std::optional<TimePoint> at) override;
  void join(TimePoint began, TimePoint as_of) override;
  bool wait_for(std::chrono::milliseconds timeout) override;
  void stop() override;
  void cut() override;
  void steer(const plan::Steering&) override {}  // the broker refuses it (Run::why_not_steer)
  std::optional<std::string> crashed() const override;
  void rescue() override { cut(); }
  user::Progress progress() const override;
  metrics::Tally tally() const override { return recorder_.tally(); }
  std::vector<user::Warning> warnings() const override;
  std::optional<std::string> holding_test(std::chrono::nanoseconds) const override { return {}; }

 private:
  enum class Wish : std::uint8_t { none, stop, cut };

  // What becomes of a step that goes on for too long.
  struct Patience {
    Wish heeded = Wish::none;
    TimePoint terminate_at = TimePoint::max();
    TimePoint kill_at = TimePoint::max();
    bool terminated = false;
    bool killed = false;
  };

  struct End {
    std::uint32_t user;
    int status;
    Patience patience;  // when it ended
  };

  void begin(std::uint32_t step, TimePoint step_began);
  void run();
  void run_steps();
  void run_step(std::uint32_t index, TimePoint began, wire::Inlet& inlet);
  void turn(Crew& crew, Patience& patience, wire::Inlet& inlet, wire::Poller& poller);
  void heed_time(Crew& crew, Patience& patience, TimePoint now);
  void judge(const End& end);
  bool hear(wire::Inlet& inlet);
  void flush();
  Start start_of(const plan::Step& step, plan::Seconds since, std::uint32_t user) const;
  void wish(Wish wish);

  ShareWork work_;
  const std::vector<std::string> words_;
  const std::chrono::nanoseconds timeout_;
  const TemporaryFolder folder_{"the runner's results"};
  const std::string results_ = "ipc://" + (folder_.path() / "results").string();  // the endpoint at which processes report
  MessageRecorder recorder_;
  const WakeUp wake_up_;
  TimePoint next_flush_{};
  std::vector<End> ends_;  // of the step's processes

  std::atomic<Wish> wish_{Wish::none};
  std::atomic<std::uint32_t> running_{0};

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::uint32_t step_ = 0;
  TimePoint step_began_{};
  bool begun_ = false;
  bool over_ = false;
  std::optional<std::string> crashed_;
  std::vector<user::Warning> warnings_;

  std::thread thread_;
};

}  // namespace loads::runner
