#include "engine/user/open_load.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/user/thread_share.h"

namespace loads::user {
namespace {

using metrics::ArrivalStats;
using metrics::Outcome;

template <typename Test>
const TestInfo* info_of() {
  static const TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
  return &info;
}

template <typename Test>
metrics::Slice run(double rate, double seconds, std::uint32_t most_users, std::uint32_t threads,
                   std::chrono::seconds stop_timeout = std::chrono::seconds(0)) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps = plan::make_rate_steps({rate}, plan::Seconds(seconds), plan::Seconds(0), most_users);
  Settings settings;
  settings.threads = threads;
  settings.stop_timeout = stop_timeout;
  metrics::Totals totals;
  ThreadShare share(
      plan, {info_of<Test>()}, settings, [&](metrics::Slice&& slice) { totals.add(slice); },
      [](std::uint32_t, std::chrono::duration<double>) {});
  share.start();
  while (!share.wait_for(std::chrono::milliseconds(100))) {
  }
  return totals.all();
}

struct Nothing : TestCase {
  void TestBody() override {}
};

TEST(OpenLoad, EveryRunOfTheRateBeginsOrIsMissed) {
  const metrics::Slice all = run<Nothing>(1000, 0.5, 100, 3);
  EXPECT_EQ(all.arrivals.begun() + all.arrivals.missed, 500U) << "on a busy machine the last ones may be";
  EXPECT_EQ(all.runs(Outcome::success) + all.runs(Outcome::cut), all.arrivals.begun());
  EXPECT_GT(all.runs(Outcome::success), 0U);
}

struct NeverEnds : TestCase {
  void TestBody() override { sleep_for(std::chrono::hours(1)); }
};

TEST(OpenLoad, WhatHasNoUserUntilTheEndIsMissed) {
  const metrics::Slice all = run<NeverEnds>(100, 0.3, 5, 2);
  EXPECT_EQ(all.arrivals.begun() + all.arrivals.missed, 30U);
  EXPECT_LE(all.arrivals.begun(), 5U);
  EXPECT_EQ(all.runs(Outcome::cut), all.arrivals.begun());
}

struct Spins : TestCase {
  void TestBody() override {
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    while (std::chrono::steady_clock::now() < until) {
    }
  }
};

// The first one keeps the thread until all ten were due, and their step is over.
TEST(OpenLoad, WhatTheGeneratorIsTooLateForBeginsAllTheSame) {
  const ArrivalStats arrivals = run<Spins>(100, 0.1, 100, 1, std::chrono::seconds(60)).arrivals;
  EXPECT_EQ(arrivals.late.count(), 10U);
  EXPECT_EQ(arrivals.waited.count() + arrivals.missed, 0U) << "there were users enough";
}

struct CannotBeSetUp : TestCase {
  void SetUpUser() override {
    sleep_for(std::chrono::milliseconds(50));
    throw std::runtime_error("no login");
  }
  void TestBody() override {}
};

// The target's fault, whatever the user comes to: a run that was late through the generator's has had a user.
TEST(OpenLoad, RunsThatWaitedForAUserWhoCouldNotBeSetUpHaveWaited) {
  const ArrivalStats arrivals = run<CannotBeSetUp>(100, 0.5, 1, 1).arrivals;
  EXPECT_EQ(arrivals.begun() + arrivals.missed, 50U);
  EXPECT_GE(arrivals.late.count(), 1U) << "the first one";
  EXPECT_GT(arrivals.waited.count(), 0U);
}

}  // namespace
}  // namespace loads::user
