// What is saved of a share when one of its tests crashes.

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/guard/crash_guard.h"
#include "engine/user/thread_share.h"

namespace loads::user {
namespace {

using namespace std::chrono_literals;

std::atomic<bool> computes{false};

// Of two users, on a thread each, one crashes while the other one computes.
struct CrashesBesideOneThatComputes : TestCase {
  void TestBody() override {
    incr_counter(user().index() == 0 ? "computed" : "crashed");
    if (user().index() == 0) {
      computes = true;
      while (true) std::this_thread::yield();
    }
    while (!computes) std::this_thread::yield();
    std::abort();
  }
};

[[noreturn]] void crash_and_rescue() {
  guard::install_crash_guard(1h);
  const TestInfo test{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new CrashesBesideOneThatComputes; }, 1};
  plan::Plan plan;
  plan.steps = {{2, 1, std::nullopt}};
  Settings settings;
  settings.threads = 2;
  std::mutex mutex;
  metrics::Totals totals;
  const auto sink = [&](metrics::Slice&& slice) {
    const std::lock_guard lock(mutex);
    totals.add(slice);
  };
  ThreadShare share(plan, {&test}, settings, sink, [](std::uint32_t, std::chrono::duration<double>) {});
  share.start();
  pollfd crash{guard::crash_descriptor(), POLLIN, 0};
  while (::poll(&crash, 1, -1) != 1) {
  }
  share.rescue();
  const std::lock_guard lock(mutex);
  const auto& counters = totals.all().counters;
  ::_exit(counters.count("crashed") == 1 && counters.count("computed") == 0 ? 7 : 8);
}

TEST(RescueDeathTest, LeavesTheSliceAloneOfAThreadThatStillRuns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(crash_and_rescue(), testing::ExitedWithCode(7), "abort in test Class.test");
}

}  // namespace
}  // namespace loads::user
