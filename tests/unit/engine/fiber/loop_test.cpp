#include "engine/fiber/loop.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/fiber/tcp_stream.h"

namespace loads::fiber {
namespace {

using std::chrono::milliseconds;

TEST(Loop, RunsEveryFiberToItsEnd) {
  Loop loop(2);
  int ended = 0;
  for (int i = 0; i < 200; ++i) {
    loop.spawn([&] {
      loop.yield();
      ++ended;
    });
  }
  loop.run();
  EXPECT_EQ(ended, 200);
}

TEST(Loop, AnExactSleepIsNeverTooShort) {
  Loop loop(2);
  int naps = 0;
  loop.spawn([&] {
    for (; naps < 50; ++naps) {
      const TimePoint time = Clock::now() + std::chrono::microseconds(100 * naps);
      loop.sleep_exactly_until(time);
      EXPECT_GE(Clock::now(), time);
    }
  });
  loop.spawn([&] {
    while (naps < 50) loop.sleep_until(Clock::now() + milliseconds(1));
  });
  loop.run();
}

TEST(Loop, AnExactSleepEndsEarlierWhenItIsWoken) {
  Loop loop(2);
  Fiber* sleeper = nullptr;
  bool woken = false;
  loop.spawn([&] {
    sleeper = loop.running();
    loop.sleep_exactly_until(Clock::now() + std::chrono::hours(1));
    woken = true;
  });
  loop.spawn([&] { loop.wake(*sleeper); });
  loop.run();
  EXPECT_TRUE(woken);
}

TEST(Loop, AnExactSleepIsCancelled) {
  Loop loop(1);
  bool cancelled = false;
  loop.spawn([&] {
    loop.running()->cancel();
    try {
      loop.sleep_exactly_until(kNever);
    } catch (const Cancelled&) {
      cancelled = true;
    }
  });
  loop.run();
  EXPECT_TRUE(cancelled);
}

TEST(Loop, FibersTakeTurns) {
  Loop loop(2);
  std::string order;
  for (const char name : {'a', 'b'}) {
    loop.spawn([&order, &loop, name] {
      for (int i = 0; i < 3; ++i) {
        order.push_back(name);
        loop.yield();
      }
    });
  }
  loop.run();
  EXPECT_EQ(order, "ababab");
}

TEST(Loop, SleepersWakeInTheOrderOfTheirDeadlines) {
  Loop loop(3);
  std::string order;
  const TimePoint start = Clock::now();
  for (const int ms : {300, 100, 200}) {  // so far away that each sleeps before the first is due
    loop.spawn([&, ms] {
      loop.sleep_until(start + milliseconds(ms));
      EXPECT_GE(Clock::now(), start + milliseconds(ms));
      order += std::to_string(ms);
    });
  }
  loop.run();
  EXPECT_EQ(order, "100200300");
}

// The C++ runtime keeps the exceptions being handled per thread. Fibers that suspend in a catch block must find their own again.
TEST(Loop, AFiberThatSuspendsInACatchBlockRethrowsItsOwnException) {
  Loop loop(8);
  int right = 0;
  for (int id = 0; id < 8; ++id) {
    loop.spawn([&, id] {
      for (int round = 0; round < 5; ++round) {
        const std::string mine = std::to_string(id) + "." + std::to_string(round);
        try {
          throw std::runtime_error(mine);
        } catch (const std::runtime_error&) {
          loop.sleep_until(Clock::now() + milliseconds(1 + (id * 7 + round) % 5));
          try {
            throw;
          } catch (const std::runtime_error& again) {
            if (again.what() == mine) ++right;
          }
        }
      }
    });
  }
  loop.run();
  EXPECT_EQ(right, 40);
}

struct SaysGoodbye {
  explicit SaysGoodbye(int& count_in) : count(count_in) {}
  ~SaysGoodbye() { ++count; }
  int& count;
};

TEST(Loop, CancellingRunsTheDestructorsOfEveryFiber) {
  Loop loop(4);
  int destroyed = 0;
  bool reached = false;
  for (int i = 0; i < 3; ++i) {
    loop.spawn([&] {
      const SaysGoodbye object(destroyed);
      loop.sleep_until(Clock::now() + std::chrono::hours(1));
      reached = true;
    });
  }
  loop.spawn([&] {
    loop.yield();
    loop.cancel_all();
  });
  loop.run();
  EXPECT_EQ(destroyed, 3);
  EXPECT_FALSE(reached);
}

TEST(Loop, ACancelledFiberThatCatchesEverythingIsCancelledAtItsNextWaitAgain) {
  Loop loop(2);
  int caught = 0;
  Fiber& stubborn = loop.spawn([&] {
    for (int i = 0; i < 3; ++i) {
      try {
        loop.sleep_until(Clock::now() + std::chrono::hours(1));
      } catch (...) {
        ++caught;
      }
    }
  });
  loop.spawn([&] {
    loop.yield();
    stubborn.cancel();
  });
  loop.run();
  EXPECT_EQ(caught, 3);
}

TEST(Loop, WaitsInADestructorOfACancelledFiberEndAtOnce) {
  Loop loop(2);
  bool waited = false;
  struct WaitsAtTheEnd {
    Loop& loop;
    bool& waited;
    ~WaitsAtTheEnd() {
      loop.sleep_until(Clock::now() + std::chrono::hours(1));
      waited = true;
    }
  };
  Fiber& fiber = loop.spawn([&] {
    const WaitsAtTheEnd object{loop, waited};
    loop.park();
  });
  loop.spawn([&] {
    loop.yield();
    fiber.cancel();
  });
  loop.run();
  EXPECT_TRUE(waited);
}

TEST(Loop, AFiberCancelledBeforeItsFirstTurnDoesNotRun) {
  Loop loop(1);
  bool ran = false;
  loop.spawn([&] { ran = true; }).cancel();
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(Loop, ParkEndsByWakeOrByTheDeadline) {
  Loop loop(2);
  bool woken = false;
  bool late = true;
  Fiber& parked = loop.spawn([&] {
    loop.set_deadline(Clock::now() + std::chrono::hours(1));
    woken = loop.park();
    loop.set_deadline(Clock::now() + milliseconds(2));
    late = loop.park();
  });
  loop.spawn([&] {
    loop.yield();
    loop.wake(parked);
  });
  loop.run();
  EXPECT_TRUE(woken);
  EXPECT_FALSE(late);
}

TEST(Loop, ADeadlineThatPassedWhileTheFiberWorkedEndsItsNextWait) {
  Loop loop(1);
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
  const Descriptor a(pair[0]);
  const Descriptor b(pair[1]);
  bool ready = true;
  loop.spawn([&] {
    Watch watch;
    loop.watch(a.get(), watch);
    loop.set_deadline(Clock::now() + milliseconds(1));
    for (int i = 0; i < 20; ++i) {  // turns in which the timer fires while nothing waits for it
      std::this_thread::sleep_for(milliseconds(1));
      loop.yield();
    }
    ready = loop.wait_readable(watch);
  });
  loop.run();
  EXPECT_FALSE(ready);
}

// The thread may have been late, and not what came.
TEST(Loop, WhatComesInTheTurnOfTheDeadlineHasComeInTime) {
  Loop loop(2);
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
  const Descriptor a(pair[0]);
  const Descriptor b(pair[1]);
  bool in_time = false;
  bool again = true;
  loop.spawn([&] {
    Watch watch;
    loop.watch(a.get(), watch);
    loop.set_deadline(Clock::now() + milliseconds(500));
    in_time = loop.wait_readable(watch);
    watch.readable = false;
    again = loop.wait_readable(watch);
  });
  loop.spawn([&] {
    EXPECT_EQ(write(b.get(), "x", 1), 1);
    std::this_thread::sleep_for(milliseconds(600));
  });
  loop.run();
  EXPECT_TRUE(in_time);
  EXPECT_FALSE(again) << "the deadline has passed all the same";
}

TEST(Loop, PostedFunctionsRunOnTheLoopsThread) {
  Loop loop(1);
  std::thread::id ran_on;
  loop.spawn([&] {
    Fiber& self = *loop.running();
    std::thread other([&] {
      loop.post([&] {
        ran_on = std::this_thread::get_id();
        loop.wake(self);
      });
    });
    loop.park();
    other.join();
  });
  loop.run();
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Loop, ThePeriodicFunctionIsCalledWhileFibersWait) {
  Loop loop(1);
  int calls = 0;
  Fiber& fiber = loop.spawn([&] { loop.park(); });
  loop.every(milliseconds(1), [&](Duration) {
    if (++calls == 3) loop.wake(fiber);
  });
  loop.run();
  EXPECT_EQ(calls, 3);
}

TEST(Loop, RunBlockingThrowsWhatItsBodyThrows) {
  Loop loop(1);
  EXPECT_THROW(run_blocking(loop, [] { throw std::out_of_range("here"); }), std::out_of_range);
  int runs = 0;
  run_blocking(loop, [&] { run_blocking(loop, [&] { ++runs; }); });
  EXPECT_EQ(runs, 1);
}

TEST(Loop, TheOwnerOfTheRunningFiberIsAnnounced) {
  Loop loop(2);
  std::vector<void*> seen;
  loop.on_switch([&](Fiber* fiber) { seen.push_back(fiber == nullptr ? nullptr : fiber->owner); });
  int first = 0;
  int second = 0;
  loop.spawn([] {}).owner = &first;
  loop.spawn([] {}).owner = &second;
  loop.run();
  EXPECT_EQ(seen, (std::vector<void*>{&first, nullptr, &second, nullptr}));
}

TEST(StackPool, StacksAreReusedLastInFirstOut) {
  StackPool pool(2);
  const Stack a = pool.take();
  const Stack b = pool.take();
  EXPECT_NE(a.bottom, b.bottom);
  pool.give_back(a);
  EXPECT_EQ(pool.take().bottom, a.bottom);
  const Stack c = pool.take();  // more than were expected
  c.top()[-1] = 'x';
  EXPECT_TRUE(pool.fully_guarded());
}

TEST(StackPoolDeathTest, TheLowestPageOfAStackIsAGuard) {
  StackPool pool(1);
  const Stack stack = pool.take();
  stack.bottom[StackPool::kGuardSize] = 'x';
  EXPECT_DEATH(stack.bottom[StackPool::kGuardSize - 1] = 'x', "");
}

}  // namespace
}  // namespace loads::fiber
