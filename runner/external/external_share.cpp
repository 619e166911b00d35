#include "runner/external/external_share.h"

#include <pthread.h>
#include <sys/wait.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <utility>

#include "common/black_box.h"
#include "common/failure.h"
#include "proto/wire/inlet.h"
#include "proto/wire/poller.h"
#include "runner/external/command.h"
#include "runner/external/find_program.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kFlushPeriod{1};
constexpr std::chrono::seconds kLastWords{5};  // for connections that somebody else holds open when all processes have ended
constexpr int kMessagesAtOnce = 1000;          // signals and time have their turn, too

std::vector<std::string> words_of(const proto::ExternalRunner& runner) {
  std::vector<std::string> words = command_words(runner.command, runner.test);
  words.front() = find_program(words.front());
  return words;
}

metrics::LiveTally* slot_of(const user::Settings& settings) {
  return settings.black_box == nullptr ? nullptr : &settings.black_box->slot(0);
}

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

ExternalShare::ExternalShare(ShareWork work)
    : work_(std::move(work)),
      words_(words_of(work_.test.external)),
      timeout_(std::clamp<std::chrono::nanoseconds>(work_.test.external.process_timeout, 0ns, 24h)),
      recorder_(slot_of(work_.settings)) {
  if (work_.plan.is_plain()) return;
  throw Failure(
      exit_code::usage,
      "a test of --test-runner is run by fixed users, each of which runs it by itself: --rate, --stages, --profile, --think-time, "
      "--pacing and --warm-up cannot be had with it.",
      "options");
}

ExternalShare::~ExternalShare() {
  if (!thread_.joinable()) return;
  cut();
  thread_.join();
}

void ExternalShare::start(std::optional<TimePoint> at) { begin(0, std::max(at.value_or(Clock::now()), Clock::now())); }

void ExternalShare::join(TimePoint began, TimePoint as_of) {
  const plan::Position position = plan::position(work_.plan, as_of - began);
  begin(position.step, as_of - std::chrono::duration_cast<std::chrono::nanoseconds>(position.in_step));
}

void ExternalShare::begin(std::uint32_t step, TimePoint step_began) {
  step_ = step;
  step_began_ = step_began;
  begun_ = true;
  thread_ = std::thread([this] { run(); });
}

bool ExternalShare::wait_for(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return over_; });
}

void ExternalShare::wish(Wish wish) {
  if (wish_.load() < wish) wish_.store(wish);
  wake_up_.call();
}

void ExternalShare::stop() { wish(Wish::stop); }
void ExternalShare::cut() { wish(Wish::cut); }

std::optional<std::string> ExternalShare::crashed() const {
  const std::lock_guard lock(mutex_);
  return crashed_;
}

user::Progress ExternalShare::progress() const {
  user::Progress out;
  out.finished_runs = tally().runs();
  out.active_users = running_.load();
  const std::lock_guard lock(mutex_);
  out.step = std::min(step_, static_cast<std::uint32_t>(work_.plan.steps.size()) - 1);
  if (begun_) out.fraction = plan::fraction(work_.plan, step_, Clock::now() - step_began_, out.finished_runs);
  return out;
}

std::vector<user::Warning> ExternalShare::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

// From here on the thread's own.

void ExternalShare::run() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::optional<std::string> trouble;
  try {
    run_steps();
  } catch (const Failure& failure) {
    trouble = failure.what();
    recorder_.add_error(*trouble);
  }
  flush();
  const std::lock_guard lock(mutex_);
  crashed_ = trouble;
  if (recorder_.unknown() > 0) {
    const std::string count = std::to_string(recorder_.unknown());
    warnings_.push_back({"unknown-messages",
                         count + " messages of the test runner could not be understood; of the first: " + recorder_.first_unknown() + "."});
  }
  over_ = true;
  changed_.notify_all();
}

void ExternalShare::run_steps() {
  wire::Context context;
  wire::Inlet inlet(context, results_);
  TimePoint began = step_began_;
  const auto steps = static_cast<std::uint32_t>(work_.plan.steps.size());
  for (std::uint32_t index = step_; index < steps && wish_.load() == Wish::none; ++index) {
    {
      const std::lock_guard lock(mutex_);
      step_ = index;
      step_began_ = began;
    }
    run_step(index, began, inlet);
    flush();
    work_.step_done(index, std::max(Clock::now() - began, Clock::duration{}));
    began = Clock::now();
  }
  const std::lock_guard lock(mutex_);
  step_ = steps;
}

void ExternalShare::run_step(std::uint32_t index, TimePoint began, wire::Inlet& inlet) {
  const plan::Step& step = work_.plan.steps[index];
  recorder_.begin_step(index, step.users);
  wire::Poller poller;
  poller.add(inlet);
  poller.add_descriptor(wake_up_.descriptor());
  Patience patience;
  if (step.duration) patience.terminate_at = began + std::chrono::ceil<Clock::duration>(*step.duration) + timeout_;
  Crew crew(
      step, work_.plan.ramp_up, began, [&](std::uint32_t user) { return start_of(step, plan::Seconds(Clock::now() - began), user); },
      poller);
  while (!crew.is_over()) turn(crew, patience, inlet, poller);
  const TimePoint until = Clock::now() + kLastWords;
  while (inlet.connections() > 0 && Clock::now() < until) turn(crew, patience, inlet, poller);
  while (hear(inlet)) {
  }
  for (const End& end : std::exchange(ends_, {})) judge(end);
}

void ExternalShare::turn(Crew& crew, Patience& patience, wire::Inlet& inlet, wire::Poller& poller) {
  const TimePoint now = Clock::now();
  heed_time(crew, patience, now);
  crew.start_due(now);
  running_ = crew.running();
  const auto until_next = std::chrono::ceil<std::chrono::milliseconds>(std::min<Clock::duration>(crew.next_start() - now, kTick));
  poller.wait(std::clamp(until_next, 0ms, crew.is_over() ? 1ms : kTick));
  wake_up_.take();
  hear(inlet);
  crew.reap([&](std::uint32_t user, int status) { ends_.push_back({user, status, patience}); });
  if (Clock::now() >= next_flush_) flush();
}

void ExternalShare::heed_time(Crew& crew, Patience& patience, TimePoint now) {
  const Wish wish = wish_.load();
  if (wish != patience.heeded) {
    crew.start_no_more();
    patience.terminate_at = std::min(patience.terminate_at, now);
    if (wish == Wish::cut) patience.kill_at = now;
    patience.heeded = wish;
  }
  if (!patience.terminated && now >= patience.terminate_at) {
    patience.terminated = true;
    patience.kill_at = std::min(patience.kill_at, now + timeout_);
    crew.start_no_more();
    crew.signal(SIGTERM);
  }
  if (now < patience.kill_at) return;
  patience.killed = true;
  crew.signal(SIGKILL);
}

// Once all that the process has said is heard. How one ends that was asked to is no news; one that has ended just before it was to be
// killed is not cut. Never whose it was: one message for all is one kind of trouble in the report.
void ExternalShare::judge(const End& end) {
  if (end.patience.heeded != Wish::none) {
    if (end.patience.killed && WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL) recorder_.add_cut();
    return;
  }
  const std::string who = "the process of a user";
  const bool well = WIFEXITED(end.status) && WEXITSTATUS(end.status) == 0;
  if (end.patience.terminated) {
    recorder_.add_error(who + " went on for too long, and was ended");
  } else if (!well && !recorder_.has_complained(end.user)) {  // else it is what it ended for
    recorder_.add_error(who + " ended with " + describe_end(end.status));
  } else if (!recorder_.has_spoken(end.user)) {
    recorder_.add_error(who + " ended and had reported nothing to LOADS_ZMQ_RECEIVER");
  }
}

bool ExternalShare::hear(wire::Inlet& inlet) {
  int heard = 0;
  for (; heard < kMessagesAtOnce; ++heard) {
    const auto message = inlet.receive();
    if (!message) break;
    recorder_.add(read_external_message(*message));
  }
  return heard > 0;
}

void ExternalShare::flush() {
  next_flush_ = Clock::now() + kFlushPeriod;
  metrics::Slice slice = recorder_.take();
  if (!slice.empty()) work_.sink(std::move(slice));
}

Start ExternalShare::start_of(const plan::Step& step, plan::Seconds since, std::uint32_t user) const {
  const user::Settings& settings = work_.settings;
  Start start{words_, {}, -1, true, true};
  const auto add = [&](const std::string& name, const std::string& value) { start.variables.push_back(name + "=" + value); };
  for (const auto& [name, value] : settings.variables) add(name, value);
  add("LOADS_ZMQ_RECEIVER", results_);
  add("LOADS_RUN_ID", work_.run);
  add("LOADS_AGENT_ID", std::to_string(settings.agent_index));
  add("LOADS_TOTAL_USERS", std::to_string(step.users));
  add("LOADS_CURRENT_USER", std::to_string(user));
  if (step.hits) add("LOADS_TOTAL_HITS", std::to_string(*step.hits));
  if (step.duration) add("LOADS_DURATION", number(std::max(0.0, (*step.duration - since).count())));
  if (!settings.server_url.empty()) add("LOADS_OPT_SERVER_URL", settings.server_url);
  return start;
}

}  // namespace loads::runner
