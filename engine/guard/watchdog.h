#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "engine/guard/backtrace.h"
#include "engine/guard/running.h"

namespace loads::guard {

// A test that kept a thread to itself, so that all other users of the thread stood still meanwhile.
struct Stall {
  std::size_t thread = 0;
  std::string test;  // "TestWebSite.test_spin"
  std::chrono::nanoseconds duration{};
};

struct StallReport {
  std::size_t thread = 0;
  std::string test;
  std::string message;                 // "TestWebSite.test_spin has kept its thread busy for over 1 s without waiting"
  std::vector<std::string> backtrace;  // where it is; empty when the thread did not answer
};

// Looks after threads that should switch between fibers all the time: when one has been inside the same test for `limit` without a switch,
// the test is reported (once per test), and the stall is measured. A machine that was asleep is nobody's stall: a time in which the
// watchdog itself did not look for longer than `limit` is left out.
//
// Thread-safe. `report` is called on the watchdog's thread, or on the one that calls check(). No WatchedThread is left when it is
// destroyed.
class Watchdog {
 public:
  using Report = std::function<void(const StallReport&)>;
  using Locate = std::function<std::vector<std::string>(pthread_t)>;  // where a thread is, in lines of text, the innermost first
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit Watchdog(Report report, std::chrono::nanoseconds limit = std::chrono::seconds(1), Locate locate = locate_natively);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // By a backtrace.
  static std::vector<std::string> locate_natively(pthread_t thread);

  void start();                       // a thread that looks four times within the limit
  void check(TimePoint now);          // one look: what that thread does; called by hand with a simulated clock in tests
  std::vector<Stall> stalls() const;  // the longest of each thread that had any, in the order of the threads
  // Of the stalls of at least `least` that go on, the longest as of the last look.
  std::optional<Stall> present_stall(std::chrono::nanoseconds least) const;

 private:
  friend class WatchedThread;

  struct Watched {
    std::size_t index;
    pthread_t thread;
    const Heartbeat* heartbeat;
    std::uint64_t beats = 0;
    TimePoint since = TimePoint::max();  // when these beats were first seen, and so much later as nobody looked; max: not yet
  };

  void add(std::size_t index, const Heartbeat& heartbeat);
  void remove(const Heartbeat& heartbeat);
  void look_at(Watched& watched, TimePoint now, std::vector<StallReport>& reports);
  void note(const Stall& stall);
  void run();

  const Report report_;
  const std::chrono::nanoseconds limit_;
  const Locate locate_;

  mutable std::mutex mutex_;  // guards everything below
  std::list<Watched> watched_;
  std::vector<Stall> longest_;
  std::set<std::string> reported_;
  TimePoint last_look_ = TimePoint::max();
  bool stopping_ = false;
  std::condition_variable stop_;
  std::thread thread_;
};

// Puts the calling thread under the watchdog as long as it lives: from now on set_running() is its sign of life. Made and destroyed on that
// thread.
class WatchedThread {
 public:
  WatchedThread(Watchdog& watchdog, std::size_t index);
  ~WatchedThread();
  WatchedThread(const WatchedThread&) = delete;
  WatchedThread& operator=(const WatchedThread&) = delete;

 private:
  Watchdog& watchdog_;
  Heartbeat heartbeat_;
};

}  // namespace loads::guard
