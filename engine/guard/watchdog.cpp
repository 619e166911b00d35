#include "engine/guard/watchdog.h"

#include <algorithm>
#include <utility>

#include "engine/guard/signal_mask.h"

namespace loads::guard {
namespace {

std::string in_words(std::chrono::nanoseconds time) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  return milliseconds % 1000 == 0 ? std::to_string(milliseconds / 1000) + " s" : std::to_string(milliseconds) + " ms";
}

}  // namespace

Watchdog::Watchdog(Report report, std::chrono::nanoseconds limit, Locate locate)
    : report_(std::move(report)), limit_(limit), locate_(std::move(locate)) {
  warm_up_backtraces();
}

std::vector<std::string> Watchdog::locate_natively(pthread_t thread) { return describe(backtrace_of(thread)); }

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watchdog::start() {
  thread_ = std::thread([this] {
    block_process_signals();
    run();
  });
}

void Watchdog::run() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, limit_ / 4, [this] { return stopping_; })) {
    lock.unlock();
    check(std::chrono::steady_clock::now());
    lock.lock();
  }
}

void Watchdog::check(TimePoint now) {
  std::vector<StallReport> reports;
  {
    const std::lock_guard lock(mutex_);
    const auto away = last_look_ != TimePoint::max() && now - last_look_ > limit_ ? now - last_look_ : TimePoint::duration::zero();
    last_look_ = now;
    for (Watched& watched : watched_) {
      if (watched.since != TimePoint::max()) watched.since += away;
      look_at(watched, now, reports);
    }
  }
  for (const StallReport& report : reports) report_(report);
}

void Watchdog::look_at(Watched& watched, TimePoint now, std::vector<StallReport>& reports) {
  const Heartbeat::View view = watched.heartbeat->look();
  if (watched.since == TimePoint::max() || view.beats != watched.beats || view.test_name == nullptr || view.test_class == nullptr) {
    watched.beats = view.beats;
    watched.since = now;
    return;
  }
  if (now - watched.since < limit_) return;
  const std::string test = std::string(view.test_class) + "." + view.test_name;
  note({watched.index, test, now - watched.since});
  if (!reported_.insert(test).second) return;
  const std::string message = test + " has kept its thread busy for over " + in_words(limit_) + " without waiting";
  reports.push_back({watched.index, test, message, locate_(watched.thread)});
}

void Watchdog::note(const Stall& stall) {
  const auto place =
      std::lower_bound(longest_.begin(), longest_.end(), stall.thread, [](const Stall& a, std::size_t b) { return a.thread < b; });
  if (place == longest_.end() || place->thread != stall.thread) {
    longest_.insert(place, stall);
  } else if (stall.duration > place->duration) {
    *place = stall;
  }
}

std::vector<Stall> Watchdog::stalls() const {
  const std::lock_guard lock(mutex_);
  return longest_;
}

std::optional<Stall> Watchdog::present_stall(std::chrono::nanoseconds least) const {
  const std::lock_guard lock(mutex_);
  std::optional<Stall> longest;
  for (const Watched& watched : watched_) {
    const Heartbeat::View view = watched.heartbeat->look();
    if (watched.since == TimePoint::max() || view.beats != watched.beats || view.test_name == nullptr || view.test_class == nullptr)
      continue;
    const auto duration = last_look_ - watched.since;
    if (duration >= least && (!longest || duration > longest->duration))
      longest = Stall{watched.index, std::string(view.test_class) + "." + view.test_name, duration};
  }
  return longest;
}

void Watchdog::add(std::size_t index, const Heartbeat& heartbeat) {
  const std::lock_guard lock(mutex_);
  watched_.push_back({index, pthread_self(), &heartbeat});
}

void Watchdog::remove(const Heartbeat& heartbeat) {
  const std::lock_guard lock(mutex_);
  watched_.remove_if([&](const Watched& watched) { return watched.heartbeat == &heartbeat; });
}

WatchedThread::WatchedThread(Watchdog& watchdog, std::size_t index) : watchdog_(watchdog) {
  detail::this_thread_beats = &heartbeat_;
  watchdog_.add(index, heartbeat_);
}

WatchedThread::~WatchedThread() {
  watchdog_.remove(heartbeat_);
  detail::this_thread_beats = nullptr;
}

}  // namespace loads::guard
