#include "runner/cluster/console.h"

#include <algorithm>
#include <cctype>
#include <csignal>
#include <variant>

#include "common/duration.h"
#include "proto/version.h"

namespace loads::runner {
namespace {

using proto::RunState;

constexpr std::size_t kChunk = 256 * 1024;

std::string word_of(std::string_view line) {
  std::string word;
  for (const char c : line) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

}  // namespace

void Console::begin(Time now) {
  heard_ = published_ = bundle_moved_ = now;
  ask_broker(now);
}

void Console::on_message(const proto::ToConsole& message, Time now) {
  if (end_ != End::none) return;
  hear(now);
  std::visit([&](const auto& one) { handle(one, now); }, message);
}

void Console::on_publication(const proto::Snapshot& snapshot, Time now) {
  if (end_ != End::none || run_.empty() || snapshot.status.run != run_) return;
  hear(now);
  published_ = now;
  if (is_newer(snapshot)) take(snapshot);
  if (end_ == End::none && proto::is_over(snapshot.status.state) && !std::exchange(over_seen_, true)) ask_broker(now);
}

void Console::hear(Time now) {
  heard_ = now;
  if (std::exchange(silence_told_, false)) outside_.note("The broker is back.");
}

void Console::know(const std::string& run) {
  if (!run_.empty()) return;
  run_ = run;
  outside_.listen_to(run);
}

void Console::handle(const proto::Submitted& submitted, Time now) {
  know(submitted.run);
  published_ = bundle_moved_ = now;
  if (stop_ != Stop::no && !stop_answered_) send_stop(now);
}

void Console::handle(const proto::WantChunk& want, Time now) {
  const proto::Blob& bundle = settings_.bundle;
  if (!settings_.order || want.bundle != settings_.order->test.bundle || want.offset >= bundle.size()) return;
  const auto begin = bundle.begin() + static_cast<std::ptrdiff_t>(want.offset);
  const auto size = std::min<std::size_t>(kChunk, bundle.size() - want.offset);
  outside_.send(proto::Chunk{want.bundle, want.offset, proto::Blob(begin, begin + static_cast<std::ptrdiff_t>(size))});
  bundle_moved_ = now;
}

void Console::handle(const proto::Snapshot& snapshot, Time now) {
  if (!run_.empty() && snapshot.status.run != run_) return;
  know(snapshot.status.run);
  if (proto::is_over(snapshot.status.state)) {
    if (std::exchange(asking_, false)) outside_.end_question();
    last_ = snapshot;
    end_ = End::over;
    leave_when_possible();
    return;
  }
  if (is_newer(snapshot)) take(snapshot);
  // The broker knows this console by a connection that may be gone: it learns the new one from the order.
  if (end_ == End::none && lacks_bundle(now)) submit(now);
}

// A count of 0 says that the run was over already, which a snapshot will show.
void Console::handle(const proto::Done& done, Time) {
  if (stop_ != Stop::no && done.request == stop_request_) stop_answered_ = true;
}

void Console::handle(const proto::Error& error, Time) {
  if (stop_ != Stop::no && error.request == stop_request_) {
    stop_ = Stop::no;
    stop_signal_ = 0;
    return outside_.note(error.message);
  }
  if (std::exchange(asking_, false)) outside_.end_question();
  refusal_ = error;
  end_ = End::refused;
}

// The numbers of publications begin anew with each start of the broker.
bool Console::is_newer(const proto::Snapshot& snapshot) const {
  if (!last_) return true;
  return snapshot.epoch != last_->epoch ? snapshot.epoch > last_->epoch : snapshot.seq > last_->seq;
}

void Console::take(const proto::Snapshot& snapshot) {
  last_ = snapshot;
  if (!asking_) outside_.show(snapshot);
  if (state() == RunState::queued && !std::exchange(waiting_told_, true)) {
    const std::uint32_t agents = snapshot.status.plan.agents;
    outside_.note("Waiting for " + std::to_string(agents) + (agents == 1 ? " free agent." : " free agents."));
  }
  leave_when_possible();
}

void Console::leave_when_possible() {
  if (!leaving_ && !settings_.detach) return;
  if (end_ == End::over ? state() != RunState::failed : may_leave()) end_ = End::detached;
}

// Before that the broker may still need the bundle from here, and nobody would learn that the test cannot be loaded.
bool Console::may_leave() const {
  if (run_.empty() || state() == RunState::failed) return false;
  return state() >= RunState::ready || (leaving_ && settings_.bundle.empty());
}

void Console::tick(Time now) {
  if (end_ != End::none) return;
  if (now - heard_ >= kGiveUp) {
    if (std::exchange(asking_, false)) outside_.end_question();
    end_ = End::unanswered;
    return;
  }
  if (now - heard_ >= kQuiet) tell_silence();
  if (now - asked_ >= kAskAgain && wants_answer(now)) ask_broker(now);
  if (stop_ != Stop::no && !stop_answered_ && !run_.empty() && now - stop_sent_ >= kAskAgain) send_stop(now);
}

bool Console::wants_answer(Time now) const { return run_.empty() || over_seen_ || now - published_ >= kAskAgain || lacks_bundle(now); }

bool Console::lacks_bundle(Time now) const {
  return state() == RunState::preparing && !settings_.bundle.empty() && now - bundle_moved_ >= kBundleQuiet;
}

void Console::ask_broker(Time now) {
  if (run_.empty() && settings_.order) return submit(now);
  asked_ = now;
  outside_.send(proto::Attach{++request_, run_.empty() ? settings_.run : run_});
}

void Console::submit(Time now) {
  asked_ = bundle_moved_ = now;
  outside_.send(proto::Submit{++request_, proto::kMajor, settings_.nonce, *settings_.order, settings_.observers});
}

void Console::tell_silence() {
  if (std::exchange(silence_told_, true)) return;
  outside_.note(state() >= RunState::ready ? "The broker does not answer; the run goes on at its agents." : "The broker does not answer.");
}

void Console::on_signal(int signal, Time now) {
  if (end_ != End::none) return;
  if (std::exchange(asking_, false)) {
    outside_.end_question();
    return signal == SIGHUP ? detach() : stop(signal, Stop::stop, now);
  }
  if (signal == SIGHUP) return detach();
  switch (stop_) {
    case Stop::cut: end_ = End::detached; return;
    case Stop::stop: return stop(signal, Stop::cut, now);
    case Stop::no: break;
  }
  if (settings_.on_interrupt == OnInterrupt::detach) return detach();
  if (signal == SIGINT && settings_.on_interrupt == OnInterrupt::ask && !run_.empty()) return ask_user();
  stop(signal, Stop::stop, now);
}

void Console::ask_user() {
  asking_ = true;
  outside_.ask(state() >= RunState::running ? &*last_ : nullptr);
}

void Console::on_line(std::string_view answer, Time now) {
  if (!asking_) return;
  const std::string word = word_of(answer);
  const bool stops = word == "s" || word == "stop";
  if (!stops && word != "d" && word != "detach") return outside_.ask(nullptr);
  asking_ = false;
  if (stops) return stop(SIGINT, Stop::stop, now);
  detach();
}

void Console::on_end_of_input() {
  if (!std::exchange(asking_, false)) return;
  outside_.end_question();
  detach();
}

void Console::stop(int signal, Stop how, Time now) {
  if (stop_signal_ == 0) stop_signal_ = signal;
  stop_ = how;
  stop_answered_ = false;
  stop_request_ = ++request_;
  leaving_ = settings_.detach = false;
  outside_.note(how == Stop::cut ? "Cutting off what still runs. Again leaves the console." : stopping_text());
  if (!run_.empty()) send_stop(now);
}

// Whatever the last state was: it may be half a second old, and a run that had not begun then may have by now.
std::string Console::stopping_text() const {
  if (!settings_.order) return "Stopping: test runs may end by themselves. Again cuts them off.";
  return "Stopping: test runs have " + format_duration(settings_.order->settings.stop_timeout) +
         " to end by themselves. Again cuts them off.";
}

void Console::send_stop(Time now) {
  stop_sent_ = now;
  outside_.send(proto::StopRun{stop_request_, run_, stop_ == Stop::cut});
}

void Console::detach() {
  leaving_ = true;
  settings_.detach = false;
  if (may_leave()) {
    end_ = End::detached;
    return;
  }
  outside_.note("Detaching as soon as the agents have the test.");
}

}  // namespace loads::runner
