#include "runner/python/process_share.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "common/failure.h"
#include "common/metrics/untimed.h"
#include "common/target_rules.h"
#include "runner/crashed_run.h"
#include "runner/python/own_black_box.h"
#include "runner/worker/engine_settings.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kRun = "local";  // they know of one run only, whatever its name
constexpr int kTick = 100;             // milliseconds
// An agent kills a worker that is silent for 15 s, as this one is while it waits for a rescue, or at its end.
constexpr std::chrono::seconds kCutGrace{3};
constexpr std::chrono::seconds kExit{1};      // of a process that has closed its connection
constexpr std::chrono::seconds kFarewell{8};  // for what tests have registered with atexit; --find-max waits 10 s for its agents

std::uint32_t process_count(const user::Settings& settings, const plan::Plan& plan) {
  const std::uint32_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::uint32_t count = settings.threads > 0 ? settings.threads : cores;
  if (settings.black_box != nullptr) count = std::min(count, settings.black_box->slots());
  return std::max(1U, std::min(count, plan.max_users()));
}

std::pair<Descriptor, Descriptor> make_sockets() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Failure(exit_code::local_resource, "cannot start a worker: socketpair: " + std::generic_category().message(errno) + ".");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

// As an agent hands them to its workers: one a line.
std::string rules_of(const user::Settings& settings) {
  std::string text;
  if (settings.target_rules == nullptr) return text;
  for (const std::string& rule : settings.target_rules->texts()) text += rule + "\n";
  return text;
}

}  // namespace

ProcessShare::ProcessShare(ShareWork work, PythonSetting setting)
    : work_(std::move(work)), box_(work_.settings.black_box), setting_(std::move(setting)) {
  if (box_ == nullptr) box_ = OwnBlackBox::make(process_count(work_.settings, work_.plan));
  launch();
  prepare();
  await_prepared();
  if (work_.settings.black_box == nullptr) OwnBlackBox::unlink(*box_);
  thread_ = std::thread([this] { talk(); });
}

ProcessShare::~ProcessShare() {
  cut();
  {
    std::unique_lock lock(mutex_);
    if (!begun_) kill_at_ = TimePoint::min();
  }
  wake_up_.call();
  thread_.join();
  for (const auto& worker : workers_) worker->dismiss();
  const auto until = Clock::now() + kFarewell;
  const auto ended = [](const auto& worker) { return worker->process().ended().has_value(); };
  while (!std::all_of(workers_.begin(), workers_.end(), ended) && Clock::now() < until) std::this_thread::sleep_for(2ms);
}

void ProcessShare::launch() {
  const std::uint32_t count = process_count(work_.settings, work_.plan);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto [ours, theirs] = make_sockets();
    const std::vector<std::string> variables{
        "LOADS_WORKER_SOCKET=" + std::to_string(theirs.get()),
        "LOADS_WORKER_PART=" + std::to_string(i) + "/" + std::to_string(count),
        "LOADS_WORKER_TRACE=" + std::to_string(static_cast<int>(work_.settings.trace)),
        "LOADS_BLACK_BOX=" + box_->path().string(),
        "LOADS_ALLOW_TARGETS=" + rules_of(work_.settings),
        "LOADS_TEST_ROOT=" + setting_.root.string(),
        "PYTHONPATH=" + python_path(setting_.interpreter.package),
    };
    // Ctrl-C in the terminal is this process's business.
    Process process({command(setting_.interpreter, "loads.worker"), variables, theirs.get(), false});
    workers_.push_back(std::make_unique<PythonWorker>(std::move(process), std::move(ours), work_.plan.steps.size()));
  }
}

void ProcessShare::prepare() {
  proto::Prepare prepare;
  prepare.run = kRun;
  prepare.agent_index = work_.settings.agent_index;
  prepare.order.plan = work_.plan;
  prepare.order.test = work_.test;
  prepare.order.settings = to_proto(work_.settings);
  for (const auto& worker : workers_) worker->send(prepare);
}

void ProcessShare::await_prepared() {
  for (std::uint32_t i = 0; i < workers_.size(); ++i) {
    PythonWorker& worker = *workers_[i];
    while (!worker.prepared()) {
      pollfd polled{worker.descriptor(), static_cast<short>(worker.wants_to_write() ? POLLIN | POLLOUT : POLLIN), 0};
      ::poll(&polled, 1, kTick);
      worker.flush();
      const bool ended = worker.process().ended().has_value();  // what it has forked may hold its socket
      worker.read([](const proto::Batch&) {});
      if (worker.prepared()) break;
      if (worker.is_over()) throw Failure(exit_code::internal, name_of(i) + ": " + worker.epitaph() + ".", "internal");
      if (ended || worker.silent()) throw_ended(setting_.interpreter, work_.test.module, worker.process().wait());
      if (work_.while_loading) work_.while_loading();
    }
    const proto::Prepared& answer = *worker.prepared();
    if (answer.exit_code != 0) throw Failure(answer.exit_code, answer.message, answer.error_id);
  }
}

void ProcessShare::start(std::optional<TimePoint> at) {
  const TimePoint now = Clock::now();
  const TimePoint begin = std::max(at.value_or(now), now);
  {
    const std::lock_guard lock(mutex_);
    begun_ = true;
    step_began_ = begin;
  }
  tell(proto::Start{kRun, 0, begin.time_since_epoch(), false});
}

void ProcessShare::join(TimePoint began, TimePoint as_of) {
  {
    const std::lock_guard lock(mutex_);
    const plan::Position position = plan::position(work_.plan, as_of - began);
    begun_ = true;
    step_ = position.step;
    step_began_ = as_of - std::chrono::duration_cast<std::chrono::nanoseconds>(position.in_step);
  }
  tell(proto::Start{kRun, 0, began.time_since_epoch(), true, as_of.time_since_epoch()});
}

bool ProcessShare::wait_for(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [this] { return over_; });
}

void ProcessShare::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  tell(proto::Stop{kRun, 0, false});
}

void ProcessShare::cut() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    kill_at_ = std::min(kill_at_, Clock::now() + kCutGrace);
  }
  tell(proto::Stop{kRun, 0, true});
}

void ProcessShare::steer(const plan::Steering& steering) { tell(proto::Steer{kRun, 0, steering}); }

std::optional<std::string> ProcessShare::crashed() const {
  const std::lock_guard lock(mutex_);
  return crashed_;
}

void ProcessShare::rescue() {
  cut();
  while (!wait_for(1s)) {
  }
}

user::Progress ProcessShare::progress() const {
  user::Progress out;
  const metrics::Tally all = tally();
  const std::lock_guard lock(mutex_);
  const auto steps = static_cast<std::uint32_t>(work_.plan.steps.size());
  for (const auto& worker : workers_) out.active_users += worker->users();
  out.finished_runs = all.runs();
  out.step = std::min(step_, steps - 1);
  if (begun_) out.fraction = plan::fraction(work_.plan, step_, Clock::now() - step_began_, out.finished_runs);
  return out;
}

metrics::Tally ProcessShare::tally() const {
  metrics::Tally sum;
  for (std::uint32_t i = 0; i < workers_.size(); ++i) sum += box_->slot(i).read();
  return sum;
}

std::vector<user::Warning> ProcessShare::warnings() const {
  const std::lock_guard lock(mutex_);
  return warnings_;
}

void ProcessShare::tell(const proto::ToWorker& message) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) {
      if (!worker->is_over()) worker->send(message);
    }
  }
  wake_up_.call();
}

// From here on the thread's own.

void ProcessShare::talk() {
  looked_at_ = Clock::now();
  while (true) {
    poll_once();
    const std::lock_guard lock(mutex_);
    for (std::uint32_t i = 0; i < workers_.size(); ++i) serve(i);
    looked_at_ = Clock::now();
    heed_steps();
    kill_late();
    if (!all_over()) continue;
    over_ = true;
    changed_.notify_all();
    return;
  }
}

void ProcessShare::poll_once() {
  std::vector<pollfd> polled{{wake_up_.descriptor(), POLLIN, 0}};
  {
    const std::lock_guard lock(mutex_);
    for (const auto& worker : workers_) {
      if (!worker->is_over())
        polled.push_back({worker->descriptor(), static_cast<short>(worker->wants_to_write() ? POLLIN | POLLOUT : POLLIN), 0});
    }
  }
  ::poll(polled.data(), polled.size(), kTick);
  wake_up_.take();
}

void ProcessShare::serve(std::uint32_t index) {
  PythonWorker& worker = *workers_[index];
  if (worker.is_over()) return;
  worker.flush();
  const bool ended = worker.process().ended().has_value();  // asked first; what it has forked may hold its socket
  worker.read([this](const proto::Batch& batch) { take(batch); });
  if (worker.result()) {
    for (const proto::Warning& warning : worker.result()->warnings)
      warnings_.push_back({warning.id, name_of(index) + ": " + warning.message, warning.validity});
    if (worker.result()->end == proto::ShareEnd::crashed) crashed_ = worker.result()->message;
    worker.dismiss();
  } else if (worker.is_over()) {
    end_without_last_word(index, worker.epitaph());
  } else if (ended || worker.silent()) {
    heed_gone(index);
  } else {
    heed_silence(index);
  }
}

void ProcessShare::take(const proto::Batch& batch) {
  for (const metrics::Slice& slice : batch.slices) work_.sink(metrics::Slice(slice));
  for (const auto& [step, duration] : batch.steps) step_durations_[step] = std::max(step_durations_[step], duration);
}

// One that still lives has closed its connection, unless it was about to end.
void ProcessShare::heed_gone(std::uint32_t index) {
  Process& process = workers_[index]->process();
  const auto until = Clock::now() + kExit;
  while (!process.ended() && Clock::now() < until) std::this_thread::sleep_for(1ms);
  const bool lives = !process.ended();
  process.kill();
  const int status = process.wait();
  const bool was_killed = lives && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  end_without_last_word(index, was_killed ? "closed its connection" : "ended with " + describe_end(status));
}

// While this thread itself was kept from looking (Ctrl-Z) nobody was to be heard.
void ProcessShare::heed_silence(std::uint32_t index) {
  PythonWorker& worker = *workers_[index];
  worker.note_silence(std::min<Clock::duration>(Clock::now() - looked_at_, std::chrono::milliseconds(2 * kTick)));
  if (worker.silence() > setting_.longest_silence)
    end_without_last_word(index, "was not heard of for " + std::to_string(setting_.longest_silence.count()) + " s, and was killed,");
}

// What it has counted and not handed over is in the black box.
void ProcessShare::end_without_last_word(std::uint32_t index, const std::string& what) {
  PythonWorker& worker = *workers_[index];
  if (!worker.is_over()) worker.bury(what);
  worker.process().kill();
  worker.process().wait();
  crashed_ = name_of(index) + " " + what + " in a test of " + work_.plan.test;
  metrics::Slice lost = metrics::untimed(box_->slot(index).read(), worker.received());
  lost.step = std::min(step_, static_cast<std::uint32_t>(work_.plan.steps.size()) - 1);
  lost.warm_up = step_ == 0 && Clock::now() - step_began_ < work_.plan.warm_up;
  metrics::Slice crashed = crashed_run(*crashed_, lost.step);
  work_.sink(std::move(lost));
  work_.sink(std::move(crashed));
}

// A step ends when it has ended everywhere; those that are over have no more steps.
void ProcessShare::heed_steps() {
  const auto steps = static_cast<std::uint32_t>(work_.plan.steps.size());
  const auto done = [&](const auto& worker) { return worker->is_over() || worker->steps_ended() > step_; };
  while (begun_ && step_ < steps && step_durations_.count(step_) > 0 && std::all_of(workers_.begin(), workers_.end(), done)) {
    work_.step_done(step_, step_durations_[step_]);
    ++step_;
    if (step_ == steps || stopping_) continue;
    step_began_ = Clock::now();
    for (const auto& worker : workers_) {
      if (!worker->is_over()) worker->send(proto::Proceed{kRun, 0, step_, step_began_.time_since_epoch()});
    }
  }
}

void ProcessShare::kill_late() {
  if (Clock::now() < kill_at_) return;
  for (std::uint32_t i = 0; i < workers_.size(); ++i) {
    if (!workers_[i]->is_over()) end_without_last_word(i, "did not end in time, and was killed,");
  }
}

bool ProcessShare::all_over() const {
  return std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->is_over(); });
}

std::string ProcessShare::name_of(std::uint32_t index) const {
  return workers_.size() == 1 ? "the worker process"
                              : "worker process " + std::to_string(index + 1) + " of " + std::to_string(workers_.size());
}

}  // namespace loads::runner
