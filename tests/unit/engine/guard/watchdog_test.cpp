#include "engine/guard/watchdog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <future>
#include <thread>
#include <vector>

namespace loads::guard {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Running kSpin{"TestWebSite", "test_spin", nullptr, nullptr, 0};
const Running kOther{"TestWebSite", "test_other", nullptr, nullptr, 0};

// A watchdog on this thread, with a clock that the test turns.
class WatchdogTest : public testing::Test {
 protected:
  ~WatchdogTest() override { set_running(nullptr); }

  // Looks every 250 ms until the time has passed.
  void pass(std::chrono::milliseconds time) {
    for (auto passed = 0ms; passed < time; passed += 250ms) watchdog_.check(now_ += 250ms);
  }

  std::vector<std::string> messages_;
  Watchdog watchdog_{[this](const StallReport& report) { messages_.push_back(report.message); }};
  WatchedThread watched_{watchdog_, 7};
  Watchdog::TimePoint now_{1h};
};

TEST_F(WatchdogTest, ReportsATestThatDoesNotSwitchForOneSecond) {
  set_running(&kSpin);
  pass(1s);
  EXPECT_THAT(messages_, IsEmpty());
  pass(250ms);
  EXPECT_THAT(messages_, ElementsAre("TestWebSite.test_spin has kept its thread busy for over 1 s without waiting"));
}

TEST_F(WatchdogTest, ReportsEachTestOnce) {
  for (const Running* test : {&kSpin, &kSpin, &kOther}) {
    set_running(test);
    pass(3s);
    set_running(nullptr);
    pass(1s);
  }
  EXPECT_THAT(messages_, ElementsAre(testing::HasSubstr("test_spin"), testing::HasSubstr("test_other")));
}

TEST_F(WatchdogTest, LeavesAThreadAloneThatWaits) {
  set_running(&kSpin);
  set_running(nullptr);
  pass(1h);
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_THAT(watchdog_.stalls(), IsEmpty());
}

TEST_F(WatchdogTest, LeavesTestsAloneThatTakeTurns) {
  for (int turn = 0; turn < 100; ++turn) {
    set_running(&kSpin);
    pass(500ms);
    set_running(&kSpin);  // another user in the same test
    pass(500ms);
  }
  EXPECT_THAT(messages_, IsEmpty());
}

TEST_F(WatchdogTest, MeasuresTheLongestStallOfAThread) {
  set_running(&kSpin);
  pass(2250ms);
  set_running(&kOther);
  pass(4250ms);
  set_running(&kSpin);
  pass(3250ms);
  const std::vector<Stall> stalls = watchdog_.stalls();
  ASSERT_EQ(stalls.size(), 1u);
  EXPECT_EQ(stalls[0].thread, 7u);
  EXPECT_EQ(stalls[0].test, "TestWebSite.test_other");
  EXPECT_EQ(stalls[0].duration, 4s);
}

TEST_F(WatchdogTest, DoesNotBlameATestForASleepOfTheMachine) {
  set_running(&kSpin);
  pass(500ms);
  now_ += 1h;
  pass(750ms);
  EXPECT_THAT(messages_, IsEmpty());
  pass(250ms);
  EXPECT_EQ(messages_.size(), 1u);
  EXPECT_EQ(watchdog_.stalls().at(0).duration, 1s);
}

TEST_F(WatchdogTest, CountsWhatATestHeldBeforeASleepOfTheMachine) {
  set_running(&kSpin);
  for (int i = 0; i < 9; ++i) {
    pass(1s);
    now_ += 2s;
  }
  pass(500ms);
  EXPECT_EQ(messages_.size(), 1u);
  ASSERT_TRUE(watchdog_.present_stall(5s));
  EXPECT_EQ(watchdog_.present_stall(5s)->duration, 9 * 750ms + 250ms);
}

TEST(Watchdog, ForgetsAThreadThatHasEnded) {
  Watchdog watchdog([](const StallReport& report) { FAIL() << report.message; });
  {
    const WatchedThread watched(watchdog, 0);
    set_running(&kSpin);
    watchdog.check(Watchdog::TimePoint(1s));
  }
  for (int second = 2; second < 10; ++second) watchdog.check(Watchdog::TimePoint(std::chrono::seconds(second)));
  set_running(nullptr);
  EXPECT_THAT(watchdog.stalls(), IsEmpty());
}

TEST(Watchdog, KnowsWhoStillHoldsAThread) {
  Watchdog watchdog([](const StallReport&) {});
  const WatchedThread watched(watchdog, 4);
  set_running(&kSpin);
  for (int quarter = 0; quarter <= 12; ++quarter) watchdog.check(Watchdog::TimePoint(quarter * 250ms));
  EXPECT_FALSE(watchdog.present_stall(4s));
  ASSERT_TRUE(watchdog.present_stall(2s));
  EXPECT_EQ(watchdog.present_stall(2s)->test, "TestWebSite.test_spin");
  EXPECT_EQ(watchdog.present_stall(2s)->duration, 3s);
  set_running(nullptr);
  EXPECT_FALSE(watchdog.present_stall(2s)) << "it was a stall, it is none now";
  EXPECT_EQ(watchdog.stalls().size(), 1U);
}

std::atomic<bool> spin_on{true};

__attribute__((noinline)) void spin_until_told_otherwise() {
  while (spin_on) std::this_thread::yield();
}

TEST(Watchdog, SaysWhereAThreadSpins) {
  std::promise<StallReport> reported;
  Watchdog watchdog([&](const StallReport& report) { reported.set_value(report); }, 20ms);
  watchdog.start();
  spin_on = true;
  std::thread spinner([&] {
    const WatchedThread watched(watchdog, 3);
    set_running(&kSpin);
    spin_until_told_otherwise();
    set_running(nullptr);
  });
  const StallReport report = reported.get_future().get();
  spin_on = false;
  spinner.join();
  EXPECT_EQ(report.thread, 3u);
  EXPECT_EQ(report.test, "TestWebSite.test_spin");
  EXPECT_EQ(report.message, "TestWebSite.test_spin has kept its thread busy for over 20 ms without waiting");
#ifndef __SANITIZE_THREAD__  // it delivers a signal to a spinning thread too late, if ever
  EXPECT_FALSE(report.backtrace.empty());
#endif
  EXPECT_GE(watchdog.stalls().at(0).duration, 20ms);
}

#ifndef __SANITIZE_THREAD__
TEST(Watchdog, WaitsForTheAnswerOfAThreadThatHasNoProcessor) {
  std::atomic<bool> asked{false};
  std::promise<StallReport> reported;
  const auto locate = [&](pthread_t thread) {
    asked = true;
    return Watchdog::locate_natively(thread);
  };
  Watchdog watchdog([&](const StallReport& report) { reported.set_value(report); }, 20ms, locate);
  watchdog.start();
  std::thread spinner([&] {
    sigset_t question;
    ::sigemptyset(&question);
    ::sigaddset(&question, SIGURG);
    ::pthread_sigmask(SIG_BLOCK, &question, nullptr);
    const WatchedThread watched(watchdog, 3);
    set_running(&kSpin);
    while (!asked) std::this_thread::yield();
    std::this_thread::sleep_for(300ms);
    ::pthread_sigmask(SIG_UNBLOCK, &question, nullptr);
    set_running(nullptr);
  });
  EXPECT_FALSE(reported.get_future().get().backtrace.empty());
  spinner.join();
}
#endif

TEST(Watchdog, WatchesManyThreadsThatComeAndGo) {
  Watchdog watchdog([](const StallReport&) {}, 1ms);
  watchdog.start();
  std::vector<std::thread> threads;
  for (std::size_t index = 0; index < 4; ++index) {
    threads.emplace_back([&watchdog, index] {
      for (int round = 0; round < 50; ++round) {
        const WatchedThread watched(watchdog, index);
        for (int turn = 0; turn < 1000; ++turn) set_running(turn % 2 == 0 ? &kSpin : nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace loads::guard
