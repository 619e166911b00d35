#include "runner/worker/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/black_box.h"
#include "common/failure.h"
#include "common/log.h"
#include "common/target_rules.h"
#include "engine/guard/crash_guard.h"
#include "proto/codec.h"
#include "proto/frame_stream.h"
#include "runner/worker/ordered_test.h"
#include "runner/worker/share_run.h"
#include "runner/worker/step_gate.h"

namespace loads::runner {
namespace {

using Clock = ShareRun::Clock;

constexpr const char* kSocketVariable = "LOADS_WORKER_SOCKET";
constexpr const char* kBlackBoxVariable = "LOADS_BLACK_BOX";
constexpr const char* kAllowTargetsVariable = "LOADS_ALLOW_TARGETS";  // a rule a line
constexpr const char* kPartVariable = "LOADS_WORKER_PART";            // see runner/python
constexpr int kTick = 50;                                             // milliseconds
constexpr std::chrono::seconds kLinger{5};                            // for the agent to read the last words
constexpr std::size_t kMostUnread = std::size_t{1} << 20;  // bytes that the agent has not read: then batches wait, and grow, here

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(exit_code::usage, "--worker is for loads-agent, which starts its workers by itself: " + why + ".", "options");
}

std::string value_of(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// The tests of the run, and what they start, neither see the socket nor inherit it.
Descriptor take_socket(const Environment& environment) {
  const std::string text = value_of(environment, kSocketVariable);
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  struct stat status {};
  if (error != std::errc() || end != text.data() + text.size() || ::fstat(number, &status) != 0 || !S_ISSOCK(status.st_mode))
    refuse(std::string(kSocketVariable) + " names no socket");
  ::fcntl(number, F_SETFD, FD_CLOEXEC);
  ::unsetenv(kSocketVariable);
  ::unsetenv(kBlackBoxVariable);
  ::unsetenv(kAllowTargetsVariable);
  ::unsetenv(kPartVariable);
  return Descriptor(number);
}

// The agent has looked at them: one that cannot be read now is an error of ours.
std::shared_ptr<const TargetRules> rules_in(const std::string& text) {
  std::istringstream lines(text);
  std::vector<std::string> rules;
  for (std::string line; std::getline(lines, line);) rules.push_back(line);
  return std::make_shared<TargetRules>(rules);
}

// "1/4": the second of four. Of those that do a share together each is told by the process that has started them.
user::Part part_in(const std::string& text) {
  user::Part part;
  if (text.empty()) return part;
  const auto slash = text.find('/');
  const auto number = [&](std::size_t begin, std::size_t end, std::uint32_t& into) {
    const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end, into);
    return error == std::errc() && rest == text.data() + end;
  };
  if (slash == std::string::npos || !number(0, slash, part.index) || !number(slash + 1, text.size(), part.count) ||
      part.index >= part.count)
    refuse(std::string(kPartVariable) + " is no part");
  return part;
}

class Worker {
 public:
  Worker(const Environment& environment, const MakeShare& make_share)
      : make_share_(make_share),
        black_box_(value_of(environment, kBlackBoxVariable)),
        target_rules_(rules_in(value_of(environment, kAllowTargetsVariable))),
        part_(part_in(value_of(environment, kPartVariable))),
        agent_(take_socket(environment)) {}

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
  bool is_done() const { return agent_.ended() || (last_words_until_ && Clock::now() >= *last_words_until_); }

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
    pollfd polled[] = {{agent_.descriptor(), events, 0}, {crash, POLLIN, 0}};
    ::poll(polled, 2, kTick);
  }

  void take(const std::string& frame) {
    const auto decoded = proto::decode<proto::ToWorker>(frame);
    if (!decoded) throw Failure(exit_code::internal, "the agent and its worker do not understand each other: " + decoded.error, "internal");
    std::visit([this](const auto& message) { handle(message); }, decoded.message);
  }

  void handle(const proto::Prepare& prepare) {
    if (share_ || last_words_until_) return log::warn("a worker has one share only: the second is not taken");
    proto::Prepared answer{prepare.run, prepare.lease, exit_code::passed, {}, {}};
    try {
      share_ = std::make_unique<ShareRun>(prepare, settings_of(prepare), make_share_, line());
    } catch (const Failure& failure) {
      answer = {prepare.run, prepare.lease, failure.code(), failure.id(), failure.what()};
    } catch (const std::exception& error) {
      answer = {prepare.run, prepare.lease, exit_code::internal, "internal", std::string("an error of ours: ") + error.what()};
    }
    send(answer);
    if (!share_) linger();
  }

  void handle(const proto::Start& start) {
    if (!share_) return;
    const Clock::time_point at(start.at);
    start.join ? share_->join(at) : share_->start(at);
  }

  void handle(const proto::Prolong& prolong) {
    if (share_) share_->prolong(Clock::time_point(prolong.until));
  }

  void handle(const proto::Proceed& proceed) { gate_.open(proceed.step, Clock::time_point(proceed.at)); }

  void handle(const proto::Stop& stop) {
    gate_.close();
    if (share_) share_->stop(stop.cut, Clock::now());
  }

  user::Settings settings_of(const proto::Prepare& prepare) {
    user::Settings settings = ordered_settings(prepare, open_black_box(), target_rules_);
    settings.part = part_;
    if (part_.count > 1) settings.part.await_step = [this](std::uint32_t step) { return gate_.await(step); };
    return settings;
  }

  std::shared_ptr<BlackBox> open_black_box() const {
    return black_box_.empty() ? nullptr : std::make_shared<BlackBox>(BlackBox::open(black_box_));
  }

  ShareRun::Line line() {
    return {[this](const proto::FromWorker& message) { send(message); }, [this] { return agent_.unsent() < kMostUnread; }};
  }

  // The agent knows from the black box what a message that is too large would have said.
  void send(const proto::FromWorker& message) {
    if (!agent_.send(proto::encode(message))) throw Failure(exit_code::internal, "a message to the agent is too large", "internal");
  }

  const MakeShare& make_share_;
  const std::string black_box_;
  const std::shared_ptr<const TargetRules> target_rules_;
  const user::Part part_;
  StepGate gate_;
  proto::FrameStream agent_;
  std::unique_ptr<ShareRun> share_;
  std::optional<Clock::time_point> last_words_until_;
};

}  // namespace

int run_worker(const Environment& environment, const MakeShare& make_share) {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  return Worker(environment, make_share).run();
}

}  // namespace loads::runner
