#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "common/descriptor.h"
#include "engine/fiber/clock.h"
#include "engine/fiber/fiber.h"
#include "engine/fiber/stack_pool.h"
#include "engine/fiber/timer_wheel.h"

namespace loads::fiber {

// Who reads a socket while no fiber waits for it.
class IdleReader {
 public:
  virtual void on_readable() = 0;  // called between fibers: suspends nobody, and closes no socket

 protected:
  ~IdleReader() = default;
};

// What epoll has said of a socket so far. It is registered once, edge-triggered, so the flags are the only memory of its state: they are
// cleared by whoever reads or writes until nothing is left. Outlives its registration.
struct Watch {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;     // the peer sends no more; it may have left bytes to read
  Fiber* reader = nullptr;  // the fiber that waits for each; they may be two
  Fiber* writer = nullptr;
  IdleReader* idle_reader = nullptr;  // outlives this, or is taken out

  bool is_ready(bool for_room) const { return readable || (for_room && writable); }
};

// One thread's event loop: epoll, timers and the fibers that wait for them. Everything but post() belongs to the thread that calls run().
// Loops share nothing.
//
// The functions that suspend (wait, sleep_until, yield, park) are called from within a fiber of this loop. They throw Cancelled.
class Loop {
 public:
  explicit Loop(std::size_t expected_fibers);
  ~Loop();  // no fiber may be left
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  Fiber& spawn(std::function<void()> body);  // the body must not throw anything but Cancelled; the fiber is gone when it ends
  void run();                                // until no fiber is left
  void cancel_all();

  TimePoint now() const { return now_; }  // when this turn began: cheap
  std::uint64_t turns() const { return turns_; }
  Fiber* running() { return running_; }  // null outside of a fiber
  const StackPool& stacks() const { return stacks_; }

  // Calls `callback` about once in `period`, between fibers, while the loop runs, with how late it is. One at a time.
  void every(Duration period, std::function<void(Duration late)> callback);

  // Called at each switch with the fiber that is entered, and with null when it is left.
  void on_switch(std::function<void(Fiber*)> callback) { on_switch_ = std::move(callback); }

  void watch(int descriptor, Watch& watch);  // until unwatch(), or until the descriptor, with all its copies, is closed
  void unwatch(int descriptor);              // called by a fiber
  // False when the fiber's deadline came first; what comes in the same turn has come in time. One fiber at a time waits for each.
  bool wait_readable(Watch& watch) { return wait(watch.readable, watch.reader); }
  bool wait_writable(Watch& watch) { return wait(watch.writable, watch.writer); }
  // For the one fiber that does both: until there is something to read or, while `for_room` is true, room to write. Others may set that
  // meanwhile.
  bool wait_either(Watch& watch, const bool& for_room);
  void set_deadline(TimePoint deadline);  // of the running fiber's waits from now on; kNever: none
  TimePoint deadline() const { return running_->deadline_.deadline; }
  void set_patience(Duration patience);  // from now on each of the running fiber's waits has a deadline of its own; zero: no longer
  void sleep_until(TimePoint time);      // replaces the deadline
  // The same to some microseconds, which timers do not give: until then, or until wake(). One fiber of a loop at a time.
  void sleep_exactly_until(TimePoint time);
  void yield();            // lets the others take their turn
  bool park();             // until wake(), false when the deadline came first
  void park_regardless();  // until wake() or cancel(), even by a fiber that unwinds: for what has to be waited for
  void wake(Fiber& fiber) {
    if (fiber.waiting_) make_ready(fiber);
  }

  // Has `call` made on the stack of the thread, between two pieces of the running fiber, which is `running()` meanwhile: for code that
  // cannot do with a fiber's stack. It must neither throw nor suspend. Works in a fiber that is cancelled, too.
  void run_outside(const std::function<void()>& call);

  // Called on the thread before and after each wait for the kernel. `before` may itself wait, until `descriptor` is readable or the
  // milliseconds of `timeout` (-1: for ever) are over, and gives the timeout that is left.
  using BeforeWait = std::function<int(int descriptor, int timeout)>;
  void around_wait(BeforeWait before, std::function<void()> after) {
    before_wait_ = std::move(before);
    after_wait_ = std::move(after);
  }

  void post(std::function<void()> callback);  // from any thread: called between fibers. Ignored once run() has ended.

 private:
  friend class Fiber;

  bool wait(const bool& ready, Fiber*& waiter);
  bool begin_wait(Fiber& fiber) const;
  static bool end_wait(Fiber& fiber, bool is_ready);
  void suspend();
  void renew_deadline(const Fiber& fiber);
  void make_ready(Fiber& fiber);
  void run_ready();
  void resume(Fiber& fiber);
  void forget(Fiber& fiber);
  void poll();
  int wait_for_events(epoll_event* events, int most);
  int wait_for_alarm(epoll_event* events, int most);
  int poll_timeout();
  TimePoint next_wake() { return std::min(timers_.next_wake(), next_period_); }
  void run_posted();

  StackPool stacks_;
  Descriptor epoll_;
  Descriptor wake_up_;  // eventfd: something was posted
  Watch wake_up_watch_;
  TimePoint now_;
  TimerWheel timers_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  Fiber* first_ready_ = nullptr;
  Fiber* last_ready_ = nullptr;
  Fiber* running_ = nullptr;
  std::size_t live_ = 0;
  std::uint64_t turns_ = 0;

  TimePoint alarm_ = kNever;  // of the fiber that sleeps exactly
  Fiber* alarmed_ = nullptr;

  Duration period_{};
  TimePoint next_period_ = kNever;
  std::function<void(Duration)> every_;
  std::function<void(Fiber*)> on_switch_;
  BeforeWait before_wait_;
  std::function<void()> after_wait_;
  const std::function<void()>* outside_ = nullptr;  // what the running fiber has asked for

  std::mutex posted_mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by posted_mutex_
};

// Runs `body` in a fiber: at once when the caller is in one of `loop` already, else as the only fiber of a run of the loop. Lets code that
// suspends be called from a thread that has no loop running. Whatever the body throws is thrown here.
void run_blocking(Loop& loop, const std::function<void()>& body);

}  // namespace loads::fiber
