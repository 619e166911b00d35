#include "engine/fiber/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace loads::fiber {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart{seconds(1000)};

std::vector<Timer*> expired_at(TimerWheel& wheel, TimePoint now) {
  std::vector<Timer*> expired;
  wheel.advance(now, [&](Timer& timer) { expired.push_back(&timer); });
  return expired;
}

TEST(TimerWheel, FiresWhenTheDeadlineHasPassedAndNotBefore) {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.arm(timer, kStart + milliseconds(5) + Duration(1));
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(5)).empty());
  EXPECT_EQ(expired_at(wheel, kStart + milliseconds(6)), std::vector<Timer*>{&timer});
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(7)).empty());
  EXPECT_FALSE(timer.linked());
}

TEST(TimerWheel, AMovedDeadlineFiresAtItsNewTimeOnly) {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.arm(timer, kStart + milliseconds(10));
  wheel.arm(timer, kStart + milliseconds(30));
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(20)).empty());
  EXPECT_EQ(expired_at(wheel, kStart + milliseconds(30)).size(), 1U);
  wheel.arm(timer, kStart + milliseconds(100));
  wheel.arm(timer, kStart + milliseconds(50));
  EXPECT_EQ(expired_at(wheel, kStart + milliseconds(50)).size(), 1U);
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(200)).empty());
}

TEST(TimerWheel, ADeadlineFarBeyondTheWheelFiresOnTime) {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.arm(timer, kStart + seconds(60));
  for (int ms = 100; ms < 60'000; ms += 100) ASSERT_TRUE(expired_at(wheel, kStart + milliseconds(ms)).empty()) << ms;
  EXPECT_EQ(expired_at(wheel, kStart + seconds(60)).size(), 1U);
}

TEST(TimerWheel, ADisarmedTimerDoesNotFire) {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.arm(timer, kStart + milliseconds(5));
  wheel.disarm(timer);
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(10)).empty());
}

TEST(TimerWheel, ARemovedTimerMayDie) {
  TimerWheel wheel(kStart);
  {
    Timer timer;
    wheel.arm(timer, kStart + milliseconds(5));
    wheel.remove(timer);
  }
  EXPECT_TRUE(expired_at(wheel, kStart + milliseconds(10)).empty());
  EXPECT_EQ(wheel.next_wake(), kNever);
}

TEST(TimerWheel, ATimerArmedByItsOwnExpiryFiresAgain) {
  TimerWheel wheel(kStart);
  Timer timer;
  wheel.arm(timer, kStart + milliseconds(1));
  int fired = 0;
  for (int ms = 1; ms <= 10; ++ms) {
    const TimePoint now = kStart + milliseconds(ms);
    wheel.advance(now, [&](Timer& expired) {
      ++fired;
      wheel.arm(expired, now + milliseconds(1));
    });
  }
  EXPECT_EQ(fired, 10);
}

TEST(TimerWheel, NextWakeIsNeverAfterTheFirstDeadline) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    TimerWheel wheel(kStart);
    std::vector<Timer> timers(20);
    TimePoint first = kNever;
    for (Timer& timer : timers) {
      const TimePoint deadline = kStart + milliseconds(std::uniform_int_distribution<int>(1, 10'000)(random));
      wheel.arm(timer, deadline);
      first = std::min(first, deadline);
    }
    // Waking whenever it says, the first timer is met at its time, to the millisecond.
    TimePoint now = kStart;
    std::vector<Timer*> expired;
    while (expired.empty()) {
      const TimePoint wake = wheel.next_wake();
      ASSERT_GT(wake, now);
      ASSERT_LE(wake, first);
      now = wake;
      expired = expired_at(wheel, now);
    }
    EXPECT_EQ(now, first);
    for (Timer& timer : timers) wheel.remove(timer);
  }
}

TEST(TimerWheel, ManyRandomTimersAllFireOnceAndInTime) {
  std::mt19937 random(11);
  TimerWheel wheel(kStart);
  std::vector<Timer> timers(500);
  for (Timer& timer : timers) wheel.arm(timer, kStart + milliseconds(std::uniform_int_distribution<int>(1, 20'000)(random)));
  std::size_t fired = 0;
  for (int ms = 1; ms <= 20'000; ms += std::uniform_int_distribution<int>(1, 50)(random)) {
    const TimePoint now = kStart + milliseconds(ms);
    wheel.advance(now, [&](Timer& timer) {
      ++fired;
      ASSERT_LE(timer.deadline, now);
      ASSERT_GT(timer.deadline, now - milliseconds(51));
    });
  }
  wheel.advance(kStart + seconds(21), [&](Timer&) { ++fired; });
  EXPECT_EQ(fired, timers.size());
}

}  // namespace
}  // namespace loads::fiber
