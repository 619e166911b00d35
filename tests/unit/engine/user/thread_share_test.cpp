#include "engine/user/thread_share.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/guard/limits.h"

namespace loads::user {
namespace {

using metrics::Outcome;
using metrics::ProblemKind;

// Tests that are given to a share by hand: with LOADS_TEST they would be tests of this program too, and some of them fail on purpose.
template <typename Test>
const TestInfo* info_of(int weight = 1) {
  static TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
  info.weight = weight;
  return &info;
}

struct Result {
  metrics::Totals totals;
  std::vector<std::uint32_t> steps_done;

  std::uint64_t runs(Outcome outcome) const { return totals.all().runs(outcome); }
  std::vector<metrics::Problem> problems() const { return totals.all().problems.worst_first(); }
};

plan::Plan plan_of(std::vector<plan::Step> steps) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps = std::move(steps);
  return plan;
}

plan::Step hits(std::uint32_t users, std::uint64_t count) { return {users, count, std::nullopt}; }
plan::Step seconds(std::uint32_t users, double count) { return {users, std::nullopt, plan::Seconds(count)}; }

Settings settings_of(std::uint32_t threads) {
  Settings settings;
  settings.threads = threads;
  return settings;
}

// Runs a share to its end; `meanwhile` is called with it once it has been started.
template <typename Meanwhile>
Result run(const plan::Plan& plan, std::vector<const TestInfo*> tests, const Settings& settings, Meanwhile&& meanwhile) {
  Result result;
  ThreadShare share(
      plan, std::move(tests), settings, [&](metrics::Slice&& slice) { result.totals.add(slice); },
      [&](std::uint32_t step, std::chrono::duration<double>) { result.steps_done.push_back(step); });
  share.start();
  meanwhile(share);
  while (!share.wait_for(std::chrono::milliseconds(100))) {
  }
  return result;
}

Result run(const plan::Plan& plan, std::vector<const TestInfo*> tests, std::uint32_t threads = 2) {
  return run(plan, std::move(tests), settings_of(threads), [](Share&) {});
}

struct CountsBodies : TestCase {
  void TestBody() override { incr_counter("bodies"); }
};

TEST(Share, EveryUserRunsTheTestAsOftenAsThePlanSays) {
  const Result result = run(plan_of({hits(10, 20), hits(20, 20), hits(30, 20)}), {info_of<CountsBodies>()});
  EXPECT_EQ(result.runs(Outcome::success), 1200U);
  EXPECT_EQ(result.totals.all().counters.at("bodies"), 1200);
  EXPECT_EQ(result.steps_done, (std::vector<std::uint32_t>{0, 1, 2}));
  ASSERT_EQ(result.totals.steps().size(), 3U);
  EXPECT_EQ(result.totals.steps()[2].slice.runs(Outcome::success), 600U);
}

TEST(Share, ThreadsMayOutnumberTheUsers) { EXPECT_EQ(run(plan_of({hits(1, 5)}), {info_of<CountsBodies>()}, 8).runs(Outcome::success), 5U); }

// Users 0, 4, 8... succeed, the next ones fail, then throw, then skip; they take turns in the middle of their runs.
struct EndsInFourWays : TestCase {
  void TestBody() override {
    sleep_for(std::chrono::milliseconds(1));
    const auto kind = user().index() % 4;
    sleep_for(std::chrono::milliseconds(1));
    if (kind == 1) {
      EXPECT_EQ(1 + 1, 3);
    }
    if (kind == 2) throw std::out_of_range("far out");
    if (kind == 3) GTEST_SKIP();
  }
};

TEST(Share, OutcomesBelongToTheUserThatMetThem) {
  const Result result = run(plan_of({hits(40, 25)}), {info_of<EndsInFourWays>()});
  EXPECT_EQ(result.runs(Outcome::success), 250U);
  EXPECT_EQ(result.runs(Outcome::failure), 250U);
  EXPECT_EQ(result.runs(Outcome::error), 250U);
  EXPECT_EQ(result.runs(Outcome::skipped), 250U);
  const auto problems = result.problems();
  ASSERT_EQ(problems.size(), 2U);
  for (const auto& problem : problems) {
    EXPECT_EQ(problem.count, 250U);
    if (problem.kind == ProblemKind::failure) {
      EXPECT_THAT(problem.location, testing::StartsWith("thread_share_test.cpp:"));
      EXPECT_EQ(problem.message, "Expected equality of these values: 1 + 1 = 2, 3");
    } else {
      EXPECT_EQ(problem.message, "std::out_of_range: far out");
    }
  }
}

struct FailsInSetUp : TestCase {
  void SetUp() override { FAIL() << "no ground"; }
  void TestBody() override { incr_counter("bodies"); }
  void TearDown() override { incr_counter("tear downs"); }
};

TEST(Share, AFatalFailureInSetUpKeepsTheTestFromRunningButNotTearDown) {
  const Result result = run(plan_of({hits(1, 3)}), {info_of<FailsInSetUp>()});
  EXPECT_EQ(result.runs(Outcome::failure), 3U);
  EXPECT_EQ(result.totals.all().counters.count("bodies"), 0U);
  EXPECT_EQ(result.totals.all().counters.at("tear downs"), 3);
}

struct Traced : TestCase {
  void TestBody() override {
    SCOPED_TRACE("user " + std::to_string(user().index()));
    sleep_for(std::chrono::milliseconds(1));
    {
      SCOPED_TRACE("inner");
      sleep_for(std::chrono::milliseconds(1 + user().index()));
    }
    // One location for each user, or their problems would be of one kind.
    GTEST_MESSAGE_AT_("trace.cpp", static_cast<int>(user().index()) + 1, "failed", testing::TestPartResult::kNonFatalFailure);
  }
};

TEST(Share, TracesBelongToTheUserThatMadeThem) {
  const auto problems = run(plan_of({hits(5, 1)}), {info_of<Traced>()}, 1).problems();
  ASSERT_EQ(problems.size(), 5U);
  for (const auto& problem : problems) {
    const int line = std::stoi(problem.location.substr(problem.location.find(':') + 1));
    EXPECT_EQ(problem.message, "failed [user " + std::to_string(line - 1) + "]");
  }
}

struct NoFatalFailure : TestCase {
  void fails() { ASSERT_TRUE(user().index() != 0) << "inner"; }
  void TestBody() override {
    ASSERT_NO_FATAL_FAILURE({
      sleep_for(std::chrono::milliseconds(1));
      fails();
      sleep_for(std::chrono::milliseconds(1));
    });
    incr_counter("went on");
    if (HasFailure()) incr_counter("has failure");
  }
};

TEST(Share, AssertNoFatalFailureSeesTheFailuresOfItsOwnUserOnly) {
  const Result result = run(plan_of({hits(4, 1)}), {info_of<NoFatalFailure>()}, 1);
  EXPECT_EQ(result.runs(Outcome::failure), 1U);
  EXPECT_EQ(result.totals.all().counters.at("went on"), 3);
  EXPECT_EQ(result.totals.all().counters.count("has failure"), 0U);
}

struct PerUser : TestCase {
  void SetUpUser() override {
    incr_counter("set up");
    sleep_for(std::chrono::milliseconds(1));
  }
  void TearDownUser() override { incr_counter("torn down"); }
  void TestBody() override { check("same object", ++runs_ == user().runs()); }
  std::uint64_t runs_ = 0;
};

TEST(Share, EachUserHasOneObjectThatIsSetUpOnce) {
  const Result result = run(plan_of({hits(7, 5)}), {info_of<PerUser>()});
  EXPECT_EQ(result.totals.all().counters.at("set up"), 7);
  EXPECT_EQ(result.totals.all().counters.at("torn down"), 7);
  EXPECT_EQ(result.totals.all().checks.at("same object").passed, 35U);
  EXPECT_EQ(result.totals.all().checks.at("same object").failed, 0U);
}

struct CannotBeSetUp : TestCase {
  void SetUpUser() override { throw std::runtime_error("no account"); }
  void TestBody() override { incr_counter("bodies"); }
};

TEST(Share, AUserThatCannotBeSetUpCountsAsOneError) {
  const Result result = run(plan_of({hits(3, 100)}), {info_of<CannotBeSetUp>()});
  EXPECT_EQ(result.runs(Outcome::error), 3U);
  EXPECT_EQ(result.totals.all().counters.count("bodies"), 0U);
  ASSERT_EQ(result.problems().size(), 1U);
  EXPECT_EQ(result.problems()[0].message, "std::runtime_error: no account");
}

struct CannotBeMade : TestCase {
  CannotBeMade() { throw std::runtime_error("not made"); }
  void TestBody() override {}
};

TEST(Share, ATestWhoseConstructorThrowsIsAnError) {
  EXPECT_EQ(run(plan_of({hits(2, 2)}), {info_of<CannotBeMade>()}).runs(Outcome::error), 2U);
}

struct Heavy : TestCase {
  void TestBody() override { incr_counter("heavy"); }
};
struct Light : TestCase {
  void TestBody() override { incr_counter("light"); }
};

TEST(Share, TestsOfAClassAreRunByWeight) {
  const Result result = run(plan_of({hits(10, 100)}), {info_of<Heavy>(3), info_of<Light>(1)});
  EXPECT_EQ(result.runs(Outcome::success), 1000U);
  EXPECT_EQ(result.totals.all().counters.at("heavy"), 750);
  EXPECT_EQ(result.totals.all().counters.at("light"), 250);
}

struct ThrowsWhatNoRequestSaid : TestCase {
  void TestBody() override {
    if (user().runs() == 1) app.get("/");  // no server URL
    throw Timeout("my own");
  }
};

TEST(Share, FailedRequestsThatNoClientRecordedAreRecordedHere) {
  const Result result = run(plan_of({hits(1, 2)}), {info_of<ThrowsWhatNoRequestSaid>()});
  EXPECT_EQ(result.runs(Outcome::error), 2U);
  ASSERT_EQ(result.problems().size(), 2U);
  EXPECT_EQ(result.problems()[0].message,
            "loads::InvalidRequest: app has no server to talk to: give --server-url, or call app.server_url(\"http://...\") first");
  EXPECT_EQ(result.problems()[1].message, "loads::Timeout: my own");
}

struct CannotBeTornDown : TestCase {
  void TestBody() override {}
  void TearDownUser() override { throw std::runtime_error("stuck"); }
};

TEST(Share, AUserThatCannotBeTornDownIsAnError) {
  const Result result = run(plan_of({hits(3, 2)}), {info_of<CannotBeTornDown>()});
  EXPECT_EQ(result.runs(Outcome::success), 6U);
  EXPECT_EQ(result.runs(Outcome::error), 3U);
}

struct NeverWaits : TestCase {
  void TestBody() override {}
};

TEST(Share, ATestThatNeverWaitsStillEndsWithTheDuration) {
  const Result result = run(plan_of({seconds(2, 0.05), seconds(1, 0.05)}), {info_of<NeverWaits>()}, 1);
  EXPECT_GT(result.runs(Outcome::success), 1U);
  EXPECT_EQ(result.steps_done.size(), 2U);
}

struct SleepsLong : TestCase {
  void TestBody() override {
    incr_counter("begun");
    std::this_thread::sleep_for(std::chrono::hours(1));  // which is a wait of this user alone: see engine/user/sleep.cpp
    incr_counter("ended");
  }
  void TearDownUser() override { incr_counter("torn down"); }
};

void wait_until_active(Share& share, std::uint32_t users) {
  while (share.progress().active_users < users) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Share, CuttingEndsRunsInTheMiddleAndCountsThemAsCut) {
  const Result result = run(plan_of({hits(50, 10), hits(50, 10)}), {info_of<SleepsLong>()}, settings_of(2), [](Share& share) {
    wait_until_active(share, 50);
    share.cut();
  });
  EXPECT_EQ(result.runs(Outcome::cut), 50U);
  EXPECT_EQ(result.totals.all().counters.at("begun"), 50);
  EXPECT_EQ(result.totals.all().counters.count("ended"), 0U);
  EXPECT_EQ(result.steps_done.size(), 1U) << "the second step must not begin";
}

TEST(Share, WhatStillRunsAfterTheStopTimeoutOfADurationIsCut) {
  Settings settings = settings_of(1);
  settings.stop_timeout = std::chrono::milliseconds(1);
  const Result result = run(plan_of({seconds(3, 1)}), {info_of<SleepsLong>()}, settings, [](Share&) {});
  EXPECT_EQ(result.runs(Outcome::cut), 3U);
}

struct ShortSleep : TestCase {
  void TestBody() override { sleep_for(std::chrono::milliseconds(20)); }
};

TEST(Share, StoppingLetsRunsEndAndStartsNoNewOnes) {
  plan::Plan plan = plan_of({hits(4, 1000000)});
  const Result result = run(plan, {info_of<ShortSleep>()}, settings_of(2), [](Share& share) {
    wait_until_active(share, 4);
    share.stop();
  });
  EXPECT_EQ(result.runs(Outcome::cut), 0U);
  EXPECT_GE(result.runs(Outcome::success), 1U);
  EXPECT_LT(result.runs(Outcome::success), 1000U);
}

TEST(Share, StoppingEndsUsersThatWaitForTheirStart) {
  plan::Plan plan = plan_of({hits(10, 1)});
  plan.ramp_up = plan::Seconds(36000);
  const Result result = run(plan, {info_of<CountsBodies>()}, settings_of(2), [](Share& share) {
    wait_until_active(share, 0);
    share.stop();
  });
  EXPECT_LE(result.runs(Outcome::success), 1U);
}

TEST(Share, DestroyingARunningShareEndsIt) {
  std::atomic<int> slices{0};
  {
    ThreadShare share(
        plan_of({hits(5, 1)}), {info_of<SleepsLong>()}, settings_of(2), [&](metrics::Slice&&) { ++slices; },
        [](std::uint32_t, std::chrono::duration<double>) {});
    share.start();
    wait_until_active(share, 5);
  }
  EXPECT_GT(slices, 0);
}

TEST(Share, AShareThatIsNeverStartedCanBeDestroyed) {
  const ThreadShare share(
      plan_of({hits(5, 1)}), {info_of<CountsBodies>()}, settings_of(2), [](metrics::Slice&&) {},
      [](std::uint32_t, std::chrono::duration<double>) {});
}

struct AsksForWhatItWasGiven : TestCase {
  void TestBody() override {
    check("variable", user().variable("HOST") == "second" && user().variable("PORT", "80") == "80");
    check("server", app.server_url() == "http://given:1");
    app.server_url("http://changed:2");
    check("changed", app.server_url() == "http://changed:2");
    trend("size", 12.5);
  }
};

TEST(Share, TestsSeeTheSettings) {
  Settings settings = settings_of(1);
  settings.server_url = "http://given:1";
  settings.variables = {{"HOST", "first"}, {"HOST", "second"}};
  const Result result = run(plan_of({hits(2, 1)}), {info_of<AsksForWhatItWasGiven>()}, settings, [](Share&) {});
  for (const char* name : {"variable", "server", "changed"}) EXPECT_EQ(result.totals.all().checks.at(name).passed, 2U) << name;
  EXPECT_EQ(result.totals.all().trends.at("size").max(), 12500U);
}

TEST(Share, MoreUsersThanOpenFilesAreRefusedBeforeAnythingIsSent) {
  const auto make = [] {
    const ThreadShare share(
        plan_of({hits(50'000'000, 1)}), {info_of<CountsBodies>()}, settings_of(1), [](metrics::Slice&&) {},
        [](std::uint32_t, std::chrono::duration<double>) {});
  };
  EXPECT_THROW(make(), std::exception);
}

}  // namespace
}  // namespace loads::user
