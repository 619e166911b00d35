#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/console_messages.h"
#include "runner/options/options.h"

namespace loads::runner {

// What a console reaches the broker and its user through.
class ConsoleOutside {
 public:
  virtual ~ConsoleOutside() = default;

  virtual void send(const proto::FromConsole& message) = 0;  // may get lost
  virtual void listen_to(const std::string& run) = 0;        // to its publications, from now on
  virtual void show(const proto::Snapshot& snapshot) = 0;    // how the run stands
  virtual void note(const std::string& line) = 0;
  virtual void ask(const proto::Snapshot* so_far) = 0;  // stop or detach? Null: the figures are known
  virtual void end_question() = 0;                      // it has become idle
};

struct ConsoleSettings {
  std::optional<proto::RunOrder> order;          // to submit; nothing: the run is there
  std::string nonce;                             // of the order
  std::vector<proto::Observer> observers;        // that the broker is to tell of its end
  proto::Blob bundle;                            // that the order names
  std::string run;                               // to attach to: its name, the first digits, or empty when it is the only one
  bool detach = false;                           // leave when all agents have loaded the test
  OnInterrupt on_interrupt = OnInterrupt::stop;  // ask: there is somebody who answers
};

// One run as its console sees it: submits it, follows it, and takes what its user wants to the broker. Answers may be lost and the broker
// may come and go: what matters is asked again until it is answered. Pure: told what comes and what time it is, by a clock that is never
// set. Belongs to one thread.
class Console {
 public:
  using Time = std::chrono::nanoseconds;

  enum class End : std::uint8_t {
    none,        // it goes on
    over,        // the run is: last() has all its figures, or why it failed
    detached,    // the run goes on without this console
    refused,     // refusal() says why
    unanswered,  // the broker has been silent for too long
  };

  static constexpr std::chrono::seconds kAskAgain{2};
  static constexpr std::chrono::seconds kQuiet{6};    // from then on the user is told that the broker is silent
  static constexpr std::chrono::seconds kGiveUp{60};  // of silence
  static constexpr std::chrono::seconds kBundleQuiet{10};

  Console(ConsoleSettings settings, ConsoleOutside& outside) : settings_(std::move(settings)), outside_(outside) {}

  void begin(Time now);
  void on_message(const proto::ToConsole& message, Time now);
  void on_publication(const proto::Snapshot& snapshot, Time now);
  void on_signal(int signal, Time now);             // SIGINT, SIGTERM or SIGHUP
  void on_line(std::string_view answer, Time now);  // typed after the question
  void on_end_of_input();
  void tick(Time now);  // ten times a second or so

  End end() const { return end_; }
  bool is_asking() const { return asking_; }
  const std::string& run() const { return run_; }                       // empty: not known yet
  const std::optional<proto::Snapshot>& last() const { return last_; }  // that came
  const proto::Error& refusal() const { return refusal_; }
  int stop_signal() const { return stop_signal_; }  // SIGINT or SIGTERM when this console has stopped the run, else 0

 private:
  enum class Stop : std::uint8_t { no, stop, cut };

  void handle(const proto::Submitted& submitted, Time now);
  void handle(const proto::WantChunk& want, Time now);
  void handle(const proto::Snapshot& snapshot, Time now);
  void handle(const proto::Done& done, Time now);
  void handle(const proto::Error& error, Time now);
  void handle(const proto::Pong&, Time) {}
  void handle(const proto::Steered&, Time) {}

  void hear(Time now);
  void know(const std::string& run);
  bool is_newer(const proto::Snapshot& snapshot) const;
  void take(const proto::Snapshot& snapshot);
  void leave_when_possible();
  bool may_leave() const;
  bool wants_answer(Time now) const;
  bool lacks_bundle(Time now) const;
  void ask_broker(Time now);
  void submit(Time now);
  void ask_user();
  void stop(int signal, Stop how, Time now);
  std::string stopping_text() const;
  void send_stop(Time now);
  void detach();
  void tell_silence();
  proto::RunState state() const { return last_ ? last_->status.state : proto::RunState::queued; }

  ConsoleSettings settings_;
  ConsoleOutside& outside_;
  End end_ = End::none;
  std::string run_;
  std::optional<proto::Snapshot> last_;
  proto::Error refusal_;
  std::uint64_t request_ = 0;  // the last number given
  Time asked_{};               // a Submit or an Attach was sent
  Time heard_{};               // anything of the broker
  Time published_{};           // a publication came
  Time bundle_moved_{};        // a part of the bundle was wanted, or it was offered
  bool over_seen_ = false;     // in a publication: its figures are not all
  bool silence_told_ = false;
  bool waiting_told_ = false;
  bool asking_ = false;   // the user
  bool leaving_ = false;  // as soon as the run does not need this console any more
  Stop stop_ = Stop::no;
  bool stop_answered_ = false;
  std::uint64_t stop_request_ = 0;
  Time stop_sent_{};
  int stop_signal_ = 0;
};

}  // namespace loads::runner
