#include "engine/guard/crash_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "engine/fiber/context.h"
#include "engine/fiber/stack_pool.h"
#include "engine/guard/running.h"

namespace loads::guard {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;

// Each test crashes a process of its own, which starts anew: it inherits no thread of the tests before.
class CrashGuardDeathTest : public testing::Test {
 protected:
  CrashGuardDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

const Running kDeep{"TestWebSite", "test_deep", nullptr, nullptr, 0};

// Runs `body` as a test on a thread of its own, as the engine does.
void run_test(const Running& test, const std::function<void()>& body) {
  std::thread([&] {
    const ThreadSignalStack stack;
    set_running(&test);
    body();
    set_running(nullptr);
  }).join();
}

void touch_address_8() {
  volatile std::uintptr_t address = 8;            // not known to the compiler, which would warn
  *reinterpret_cast<volatile int*>(address) = 1;  // NOLINT(performance-no-int-to-ptr)
}

TEST_F(CrashGuardDeathTest, NamesTheTestThatCrashed) {
  const auto crash = [] {
    install_crash_guard(0ms);
    run_test(kDeep, touch_address_8);
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), HasSubstr("segmentation fault in test TestWebSite.test_deep: access to address 0x8\n"));
}

TEST_F(CrashGuardDeathTest, NamesTheModuleThatCrashedWhileItWasLoaded) {
  const auto crash = [] {
    install_crash_guard(0ms);
    const LoadingModule loading("example.cpp");
    touch_address_8();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), HasSubstr("segmentation fault (SIGSEGV) while example.cpp was loaded\n"));
  const auto crash_later = [] {
    install_crash_guard(0ms);
    { const LoadingModule loading("example.cpp"); }
    touch_address_8();
  };
  EXPECT_EXIT(crash_later(), ExitedWithCode(70), HasSubstr("internal error: segmentation fault"));
}

TEST_F(CrashGuardDeathTest, SaysWhichSignalInWords) {
  const auto crash = [](int signal) {
    install_crash_guard(0ms);
    run_test(kDeep, [signal] { std::raise(signal); });
  };
  EXPECT_EXIT(crash(SIGABRT), ExitedWithCode(3), HasSubstr("abort in test TestWebSite.test_deep\n"));
  EXPECT_EXIT(crash(SIGBUS), ExitedWithCode(3), HasSubstr("bus error in test TestWebSite.test_deep\n"));
  EXPECT_EXIT(crash(SIGILL), ExitedWithCode(3), HasSubstr("illegal instruction in test TestWebSite.test_deep\n"));
  EXPECT_EXIT(crash(SIGFPE), ExitedWithCode(3), HasSubstr("arithmetic error in test TestWebSite.test_deep\n"));
  EXPECT_EXIT(crash(SIGSEGV), ExitedWithCode(3), HasSubstr("segmentation fault in test TestWebSite.test_deep\n"));
}

TEST_F(CrashGuardDeathTest, TakesExitInATestForACrash) {
  const auto leave = [] {
    install_crash_guard(0ms);
    run_test(kDeep, [] { std::exit(5); });
  };
  EXPECT_EXIT(leave(), ExitedWithCode(3), HasSubstr("exit() was called in test TestWebSite.test_deep\n"));
}

TEST_F(CrashGuardDeathTest, LetsTheProgramItselfExit) {
  const auto leave = [] {
    install_crash_guard(0ms);
    std::exit(5);
  };
  EXPECT_EXIT(leave(), ExitedWithCode(5), testing::IsEmpty());
}

TEST_F(CrashGuardDeathTest, ShowsWhereItHappened) {
  const auto crash = [] {
    install_crash_guard(0ms);
    run_test(kDeep, [] { std::abort(); });
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), AllOf(HasSubstr("(abort+0x"), Not(HasSubstr("internal error"))));
}

TEST_F(CrashGuardDeathTest, CallsACrashOutsideOfATestItsOwnFault) {
  const auto crash = [] {
    install_crash_guard(0ms);
    run_test(kDeep, [] {});
    touch_address_8();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(70), HasSubstr("internal error: segmentation fault\n"));
}

// Without end, and with frames smaller than the guard.
__attribute__((noinline)) int recurse(volatile char* caller) {
  volatile char frame[512];
  frame[0] = *caller;
  return frame[0] + (frame[0] == 1 ? 0 : recurse(frame));
}

void overflow(void*) {
  volatile char zero = 0;
  recurse(&zero);
}

TEST_F(CrashGuardDeathTest, KnowsAFullStackOfAFiber) {
  const auto crash = [] {
    install_crash_guard(0ms);
    run_test(kDeep, [] {
      fiber::StackPool pool(4);
      const fiber::Stack stack = pool.take();
      const Running test{"TestWebSite", "test_deep", stack.bottom, stack.top(), fiber::StackPool::kGuardSize};
      fiber::Context fiber(stack, overflow, nullptr);
      set_running(&test);
      fiber.resume();
    });
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), HasSubstr("stack overflow in test TestWebSite.test_deep: its 256 KiB stack is full\n"));
}

TEST_F(CrashGuardDeathTest, LetsTheMainThreadPrintWhatWasCounted) {
  const auto crash = [] {
    install_crash_guard(1h);
    if (crashed()) _exit(1);
    std::thread thread([] { run_test(kDeep, touch_address_8); });
    pollfd waiting{crash_descriptor(), POLLIN, 0};
    while (poll(&waiting, 1, -1) != 1) {
    }
    std::fprintf(stderr, "summary after: %s\n", crashed().value_or("nothing").c_str());
    _exit(3);
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3),
              HasSubstr("summary after: segmentation fault in test TestWebSite.test_deep: access to address 0x8\n"));
}

TEST_F(CrashGuardDeathTest, HoldsTheThreadAsLongAsTheMainThreadGetsOn) {
  const auto crash = [] {
    install_crash_guard(0ms);
    prolong_hold();
    std::thread thread([] { run_test(kDeep, touch_address_8); });
    pollfd waiting{crash_descriptor(), POLLIN, 0};
    while (poll(&waiting, 1, -1) != 1) {
    }
    poll(nullptr, 0, 200);  // in which a thread that is not held ends the process
    _exit(7);
  };
  EXPECT_EXIT(crash(), ExitedWithCode(7), HasSubstr("segmentation fault in test TestWebSite.test_deep"));
}

TEST_F(CrashGuardDeathTest, DoesNotWaitForItselfOnTheMainThread) {
  const auto crash = [] {
    install_crash_guard(1h);
    set_running(&kDeep);
    touch_address_8();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), HasSubstr("segmentation fault in test TestWebSite.test_deep"));
}

TEST_F(CrashGuardDeathTest, ReportsOneOfManyCrashes) {
  const auto crash = [] {
    install_crash_guard(50ms);
    std::thread first([] { run_test(kDeep, [] { std::abort(); }); });
    std::thread second([] { run_test(kDeep, [] { std::abort(); }); });
    first.join();
    second.join();
  };
  EXPECT_EXIT(crash(), ExitedWithCode(3), testing::Not(testing::ContainsRegex("in test.*in test")));
}

TEST(ThreadSignalStack, PutsBackWhatWasThereBefore) {
  stack_t before{};
  sigaltstack(nullptr, &before);
  {
    const ThreadSignalStack stack;
    stack_t during{};
    sigaltstack(nullptr, &during);
    EXPECT_NE(during.ss_sp, before.ss_sp);
    EXPECT_EQ(during.ss_flags & SS_DISABLE, 0);
  }
  stack_t after{};
  sigaltstack(nullptr, &after);
  EXPECT_EQ(after.ss_sp, before.ss_sp);
  EXPECT_EQ(after.ss_flags, before.ss_flags);
}

}  // namespace
}  // namespace loads::guard
