#include "runner/worker/worker.h"

#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/black_box.h"
#include "common/failure.h"
#include "common/log.h"
#include "engine/guard/crash_guard.h"
#include "proto/codec.h"
#include "proto/frame_stream.h"
#include "runner/worker/interrupts.h"
#include "runner/worker/ordered_test.h"
#include "runner/worker/share_run.h"
#include "runner/worker/step_gate.h"
#include "runner/worker/wake_up.h"
#include "runner/worker/worker_setting.h"

namespace loads::runner {
namespace {

using Clock = ShareRun::Clock;

constexpr int kTick = 50;                                  // milliseconds
constexpr int kBriskTick = 1;                              // when something is about to happen
constexpr std::chrono::milliseconds kBrisk{100};           // so long
constexpr std::chrono::seconds kLinger{5};                 // for the agent to read the last words
constexpr std::chrono::seconds kStandStill{60};            // longer when it has not read them
constexpr std::size_t kMostUnread = std::size_t{1} << 20;  // bytes that the agent has not read: then batches wait, and grow, here

class Worker {
 public:
  Worker(WorkerSetting setting, const MakeShare& make_share)
      : make_share_(make_share), setting_(std::move(setting)), agent_(std::move(setting_.socket)) {}

  int run() {
    while (!is_done()) {
      wait();
      agent_.flush();
      agent_.receive();
      while (const auto frame = agent_.next()) take(*frame);
      if (share_ && gate_.has_come()) share_->report_now(Clock::now());
      if (share_) share_->look(Clock::now());
      if (share_ && share_->is_over()) linger();
    }
    const int code = exit_code_of_end();
    // A run that goes on without its agent would be load that nobody counts; and threads that hang cannot be waited for.
    if (share_ && (!share_->is_over() || share_->is_stuck())) std::_Exit(code);
    return code;
  }

 private:
  // An agent that stands still for a moment has not read all of it yet.
  bool is_done() const {
    if (agent_.ended()) return true;
    return last_words_until_ && Clock::now() >= *last_words_until_ + (agent_.unsent() > 0 ? kStandStill : Clock::duration{});
  }

  // An agent that has gone reads no message; one that lives, and has lost this worker through a fault of the test, does.
  int exit_code_of_end() const {
    if (agent_.error().empty()) return exit_code::passed;
    std::cerr << "loads-runner: the connection to the agent is broken: " << agent_.error() << std::endl;
    return exit_code::internal;
  }

  void linger() {
    if (!last_words_until_) last_words_until_ = Clock::now() + kLinger;
  }

  void wait() {
    const short events = agent_.unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
    const int crash = last_words_until_ ? -1 : guard::crash_descriptor();
    pollfd polled[] = {{agent_.descriptor(), events, 0}, {crash, POLLIN, 0}, {news_.descriptor(), POLLIN, 0}};
    ::poll(polled, 3, Clock::now() < brisk_until_ ? kBriskTick : kTick);
    if (news_.take()) brisk_until_ = Clock::now() + kBrisk;  // what is told is followed by the end of the share, as a rule
  }

  void take(const std::string& frame) {
    const auto decoded = proto::decode<proto::ToWorker>(frame);
    if (!decoded) throw Failure(exit_code::internal, "the agent and its worker do not understand each other: " + decoded.error, "internal");
    std::visit([this](const auto& message) { handle(message); }, decoded.message);
  }

  void handle(const proto::Prepare& prepare) {
    if (share_ || last_words_until_) return log::warn("a worker has one share only: the second is not taken");
    proto::Prepared answer{prepare.run, prepare.lease, exit_code::passed, {}, {}, {}};
    try {
      share_ = std::make_unique<ShareRun>(prepare, settings_of(prepare), make_share_, line());
      answer.thresholds = share_->thresholds();
    } catch (const Failure& failure) {
      answer = {prepare.run, prepare.lease, failure.code(), failure.id(), failure.what(), {}};
    } catch (const std::exception& error) {
      answer = {prepare.run, prepare.lease, exit_code::internal, "internal", std::string("an error of ours: ") + error.what(), {}};
    }
    send(answer);
    if (!share_) linger();
  }

  void handle(const proto::Start& start) {
    if (!share_) return;
    const Clock::time_point at(start.at);
    const Clock::time_point as_of = start.as_of == proto::Nanoseconds(0) ? Clock::now() : Clock::time_point(start.as_of);
    start.join ? share_->join(at, as_of) : share_->start(at);
  }

  void handle(const proto::Prolong& prolong) {
    if (share_) share_->prolong(Clock::time_point(prolong.until));
  }

  void handle(const proto::Proceed& proceed) { gate_.open(proceed.step, Clock::time_point(proceed.at)); }

  void handle(const proto::Steer& steer) {
    if (share_) share_->steer(steer.steering);
  }

  void handle(const proto::Stop& stop) {
    gate_.close();
    if (share_) share_->stop(stop.cut, Clock::now());
  }

  user::Settings settings_of(const proto::Prepare& prepare) {
    user::Settings settings = ordered_settings(prepare, open_black_box(), setting_.target_rules);
    settings.part = setting_.part;
    settings.trace = setting_.trace;
    if (setting_.part.count > 1) settings.part.await_step = [this](std::uint32_t step) { return gate_.await(step); };
    return settings;
  }

  std::shared_ptr<BlackBox> open_black_box() const {
    return setting_.black_box.empty() ? nullptr : std::make_shared<BlackBox>(BlackBox::open(setting_.black_box));
  }

  ShareRun::Line line() {
    return {[this](const proto::FromWorker& message) { send(message); }, [this] { return agent_.unsent() < kMostUnread; },
            [this] { news_.call(); }};
  }

  // The agent knows from the black box what a message that is too large would have said.
  void send(const proto::FromWorker& message) {
    if (!agent_.send(proto::encode(message))) throw Failure(exit_code::internal, "a message to the agent is too large", "internal");
  }

  const MakeShare& make_share_;
  WorkerSetting setting_;
  const WakeUp news_;
  Clock::time_point brisk_until_{};
  StepGate gate_{[this] { news_.call(); }};
  proto::FrameStream agent_;
  std::unique_ptr<ShareRun> share_;
  std::optional<Clock::time_point> last_words_until_;
};

}  // namespace

int run_worker(const Environment& environment, const MakeShare& make_share) {
  ignore_interrupts();
  return Worker(worker_setting(environment), make_share).run();
}

}  // namespace loads::runner
