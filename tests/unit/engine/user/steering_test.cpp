// A share whose load is changed while it runs.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/user/thread_share.h"

namespace loads::user {
namespace {

using plan::Seconds;
using namespace std::chrono_literals;

struct Works : TestCase {
  static inline std::atomic<std::uint32_t> begun{0};  // users, since the share's start
  void TestBody() override {
    incr_counter("user " + std::to_string(user().index()));
    if (user().runs() == 1) ++begun;
    sleep_for(5ms);
  }
};

const TestInfo* works() {
  static TestInfo info{"Works", "test", __FILE__, __LINE__, []() -> TestCase* { return new Works; }, 1};
  return &info;
}

struct Result {
  metrics::Totals totals;
  std::vector<Seconds> steps;
  std::uint32_t most_active = 0;

  std::uint64_t runs() const { return totals.all().runs(metrics::Outcome::success); }
  std::uint64_t due() const { return runs() + totals.all().arrivals.missed; }  // at a rate, whether or not the machine kept up with it
  std::uint64_t runs_of_step(std::size_t step) const { return totals.steps().at(step).slice.runs(metrics::Outcome::success); }
  std::size_t users() const { return totals.all().counters.size(); }
};

// `steer` is called with the share before its start; `meanwhile` again and again until it has ended.
template <typename Steer, typename Meanwhile>
Result run(const plan::Plan& plan, Steer&& steer, Meanwhile&& meanwhile, std::uint32_t threads = 2) {
  Result result;
  Settings settings;
  settings.threads = threads;
  ThreadShare share(
      plan, {works()}, settings, [&](metrics::Slice&& slice) { result.totals.add(slice); },
      [&](std::uint32_t, std::chrono::duration<double> time) { result.steps.push_back(time); });
  steer(share);
  Works::begun = 0;
  share.start();
  while (!share.wait_for(5ms)) {
    result.most_active = std::max(result.most_active, share.progress().active_users);
    meanwhile(share, result);
  }
  return result;
}

Result run(const plan::Plan& plan, const plan::Steering& steering, std::uint32_t threads = 2) {
  return run(
      plan, [&](ThreadShare& share) { share.steer(steering); }, [](ThreadShare&, Result&) {}, threads);
}

plan::Plan of_users(std::uint32_t users, const std::vector<double>& seconds) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  for (const double each : seconds) plan.steps.push_back({users, {}, Seconds(each)});
  return plan;
}

plan::Plan of_rate(double rate, double seconds) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps = plan::make_rate_steps({rate}, Seconds(seconds), Seconds(0), 100);
  return plan;
}

TEST(SteeredShare, ARateIsScaledAndPausedAtItsTimes) {
  const Result result = run(of_rate(200, 2), {{{Seconds(0.5), 2}, {Seconds(1), 0}, {Seconds(1.5), 1}}, {}});
  EXPECT_EQ(result.due(), 100U + 200U + 0U + 100U);
}

TEST(SteeredShare, OthersPartsOfARateAreDoneToo) {
  plan::Plan plan = of_rate(300, 1);
  plan.agents = 3;
  const Result own = run(plan, {});
  EXPECT_EQ(own.due(), 100U);
  const Result all = run(plan, {{}, {{Seconds(0), {1, 3}}, {Seconds(0.5), {2, 3}}}});
  EXPECT_EQ(all.due(), 100U + 100U + 50U);
}

TEST(SteeredShare, ThereAreMoreUsers) {
  const auto meanwhile = [](ThreadShare& share, const Result& so_far) {
    if (so_far.most_active >= 10 && Works::begun >= 10) share.stop();
  };
  const auto steer = [](ThreadShare& share) { share.steer({{{Seconds(0.3), 2.5}}, {}}); };
  const Result result = run(of_users(4, {60}), steer, meanwhile);
  EXPECT_EQ(result.users(), 10U);
  EXPECT_EQ(result.most_active, 10U);
}

TEST(SteeredShare, ThereAreFewerUsers) {
  bool steered = false;
  std::uint64_t enough_runs = 0;  // of those who stay; 0: not all have gone who are to go
  std::optional<std::uint32_t> last;
  const auto meanwhile = [&](ThreadShare& share, Result&) {
    const Progress now = share.progress();
    if (now.active_users == 8 && !std::exchange(steered, true)) share.steer({{{Seconds(0), 0.25}}, {}});
    if (steered && now.active_users <= 2 && enough_runs == 0) enough_runs = now.finished_runs + 50;
    if (last || enough_runs == 0 || now.finished_runs < enough_runs) return;
    last = now.active_users;
    share.stop();
  };
  static_cast<void>(run(
      of_users(8, {60}), [](ThreadShare&) {}, meanwhile));
  EXPECT_EQ(last, 2U);
}

TEST(SteeredShare, UsersThatWereSentAwayComeBack) {
  enum class Awaited { all, none, all_again, end } awaited = Awaited::all;
  const auto meanwhile = [&](ThreadShare& share, Result&) {
    const std::uint32_t active = share.progress().active_users;
    if (awaited == Awaited::all && active == 6) {
      awaited = Awaited::none;
      share.steer({{{Seconds(0), 0}}, {}});
    } else if (awaited == Awaited::none && active == 0) {
      awaited = Awaited::all_again;
      share.steer({{{Seconds(0), 0}, {Seconds(0), 1}}, {}});
    } else if (awaited == Awaited::all_again && active == 6) {
      awaited = Awaited::end;
      share.stop();
    }
  };
  static_cast<void>(run(
      of_users(6, {60}), [](ThreadShare&) {}, meanwhile));
  EXPECT_EQ(awaited, Awaited::end);
}

TEST(SteeredShare, AStepLastsAsLongAsItWasToWhoeverIsThere) {
  const Result result = run(of_users(6, {0.3}), {{{Seconds(0), 0}}, {}});
  EXPECT_EQ(result.runs(), 0U);
  EXPECT_GE(result.steps.at(0), Seconds(0.3));
}

TEST(SteeredShare, AllStepsFollowInTheRunsTime) {
  const Result result = run(of_users(2, {1, 0.4, 2}), {{{Seconds(1), 0}, {Seconds(2.4), 1}}, {}}, 1);
  EXPECT_GT(result.runs_of_step(0), 20U);
  EXPECT_LE(result.runs_of_step(1), 2U) << "a step may begin a little before the pause";
  EXPECT_GT(result.runs_of_step(2), 10U);
}

TEST(SteeredShare, UsersWithHitsToDoPauseAndDoThemAll) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps.push_back({5, 10, {}});
  const Result result = run(plan, {{{Seconds(0), 0}, {Seconds(0.3), 1}}, {}});
  EXPECT_EQ(result.runs(), 50U);
  EXPECT_GE(result.steps.at(0), Seconds(0.3));
}

TEST(SteeredShare, APauseCanBeStopped) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps.push_back({5, 10, {}});
  const Result result = run(
      plan,
      [](ThreadShare& share) {
        share.steer({{{Seconds(0), 0}}, {}});
      },
      [](ThreadShare& share, Result&) { share.stop(); });
  EXPECT_EQ(result.runs(), 0U);
}

TEST(SteeredShare, WhatIsOlderIsIgnored) {
  const auto twice = [](ThreadShare& share) {
    share.steer({{{Seconds(0), 2}, {Seconds(0), 0.5}}, {}});
    share.steer({{{Seconds(0), 2}}, {}});
  };
  const Result result = run(of_rate(200, 0.5), twice, [](ThreadShare&, Result&) {});
  EXPECT_EQ(result.due(), 50U);
}

}  // namespace
}  // namespace loads::user
