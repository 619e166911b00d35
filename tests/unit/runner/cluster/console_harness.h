#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runner/cluster/console.h"

namespace loads::runner {

using namespace std::chrono_literals;
using proto::RunState;

inline constexpr const char* kRun = "4f1c09ab";

// What a console has done, in the order in which it did it.
class Recorded : public ConsoleOutside {
 public:
  void send(const proto::FromConsole& message) override { sent.push_back(message); }
  void listen_to(const std::string& run) override { topics.push_back(run); }
  void show(const proto::Snapshot& snapshot) override { shown.push_back(snapshot); }
  void note(const std::string& line) override { notes.push_back(line); }
  void ask(const proto::Snapshot* so_far) override { questions.push_back(so_far == nullptr ? -1 : static_cast<int>(so_far->seq)); }
  void end_question() override { ++ended_questions; }

  template <typename Message>
  std::vector<Message> all() const {
    std::vector<Message> found;
    for (const proto::FromConsole& message : sent) {
      if (const auto* one = std::get_if<Message>(&message)) found.push_back(*one);
    }
    return found;
  }

  std::vector<proto::FromConsole> sent;
  std::vector<std::string> topics;
  std::vector<proto::Snapshot> shown;
  std::vector<std::string> notes;
  std::vector<int> questions;  // the number of the snapshot that was shown with it, -1: none
  int ended_questions = 0;
};

inline ConsoleSettings submitting() {
  proto::RunOrder order;
  order.test.url = "http://a/";
  order.plan.agents = 5;
  order.settings.stop_timeout = 10s;
  ConsoleSettings settings;
  settings.order = order;
  settings.nonce = "0123";
  return settings;
}

inline ConsoleSettings submitting_bundle(std::size_t size) {
  ConsoleSettings settings = submitting();
  settings.bundle = proto::Blob(size, 7);
  settings.order->test.url = "";
  settings.order->test.bundle = "cafe";
  settings.order->test.bundle_size = size;
  return settings;
}

// At a terminal.
inline ConsoleSettings attaching(const std::string& run = {}) {
  ConsoleSettings settings;
  settings.run = run;
  settings.on_interrupt = OnInterrupt::ask;
  return settings;
}

inline proto::Snapshot snapshot(RunState state, std::uint64_t seq, std::uint64_t epoch = 1, std::uint64_t request = 0) {
  proto::Snapshot snapshot;
  snapshot.request = request;
  snapshot.epoch = epoch;
  snapshot.seq = seq;
  snapshot.status.run = kRun;
  snapshot.status.state = state;
  snapshot.status.plan.agents = 5;
  return snapshot;
}

class ConsoleTest : public testing::Test {
 protected:
  Console& begin(ConsoleSettings settings) {
    console_.emplace(std::move(settings), out_);
    console_->begin(now_);
    return *console_;
  }

  Console& running(ConsoleSettings settings) {
    begin(std::move(settings));
    if (!out_.all<proto::Submit>().empty()) answer(proto::Submitted{out_.all<proto::Submit>().back().request, kRun});
    answer(snapshot(RunState::running, 1, 1, 1));
    return *console_;
  }

  void answer(const proto::ToConsole& message) { console_->on_message(message, now_); }
  void publish(const proto::Snapshot& snapshot) { console_->on_publication(snapshot, now_); }

  void pass(std::chrono::nanoseconds time) {
    for (const auto until = now_ + time; now_ < until;) {
      now_ += 100ms;
      console_->tick(now_);
    }
  }

  // Time passes, and the broker goes on publishing.
  void pass_in_touch(std::chrono::nanoseconds time, RunState state = RunState::running) {
    for (const auto until = now_ + time; now_ < until;) {
      pass(500ms);
      publish(snapshot(state, ++seq_));
    }
  }

  Recorded out_;
  Console::Time now_ = 1000s;
  std::uint64_t seq_ = 100;
  std::optional<Console> console_;
};

}  // namespace loads::runner
