#include "common/plan/plan.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "common/metrics/totals.h"

namespace loads::plan {
namespace {

using namespace std::chrono_literals;

Plan plan_of(std::vector<Step> steps, std::uint32_t agents = 1) {
  Plan plan;
  plan.test = "example.TestWebSite.test_es";
  plan.steps = std::move(steps);
  plan.agents = agents;
  return plan;
}

std::string refusal_of(const std::vector<std::uint32_t>& users, const std::vector<std::uint64_t>& hits, std::optional<Seconds> duration) {
  try {
    make_steps(users, hits, duration);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Plan, TheGuidesArithmeticHolds) {
  EXPECT_EQ(plan_of(make_steps({}, {}, {})).total_runs(), 1u);
  EXPECT_EQ(plan_of(make_steps({100}, {10}, {})).total_runs(), 1000u);
  EXPECT_EQ(plan_of(make_steps({10, 20, 30}, {20}, {})).total_runs(), 1200u);
  EXPECT_EQ(plan_of(make_steps({10, 20, 30}, {20}, {}), 5).total_runs(), 6000u);
}

TEST(Plan, StepsAreTheProductWithUsersOutermost) {
  const auto steps = make_steps({10, 20}, {1, 2, 3}, {});
  ASSERT_EQ(steps.size(), 6u);
  const std::pair<std::uint32_t, std::uint64_t> expected[] = {{10, 1}, {10, 2}, {10, 3}, {20, 1}, {20, 2}, {20, 3}};
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].users, expected[i].first);
    EXPECT_EQ(steps[i].hits, expected[i].second);
    EXPECT_EQ(steps[i].duration, std::nullopt);
  }
}

TEST(Plan, TheWholeDurationRunsOncePerStep) {
  const auto plan = plan_of(make_steps({10, 20, 30}, {}, 10s), 5);
  ASSERT_EQ(plan.steps.size(), 3u);
  EXPECT_EQ(plan.steps[2].users, 30u);
  EXPECT_EQ(plan.steps[2].duration, Seconds(10));
  EXPECT_EQ(plan.steps[2].hits, std::nullopt);
  EXPECT_EQ(plan.total_duration(), Seconds(30));
  EXPECT_EQ(plan.total_runs(), std::nullopt);
}

TEST(Plan, BoundedByHitsItHasNoDuration) { EXPECT_EQ(plan_of(make_steps({10}, {5}, {})).total_duration(), std::nullopt); }

TEST(Plan, KnowsItsLargestStep) {
  EXPECT_EQ(plan_of(make_steps({10, 30, 20}, {5}, {}), 5).max_users(), 30u);
  EXPECT_EQ(plan_of({}).max_users(), 0u);
}

TEST(Plan, WhatCannotBeMeantIsRefused) {
  EXPECT_EQ(refusal_of({10}, {5}, 10s), "hits and duration exclude each other");
  EXPECT_EQ(refusal_of({10, 0}, {5}, {}), "the number of users must be 1 or more");
  EXPECT_EQ(refusal_of({10}, {0}, {}), "the number of hits must be 1 or more");
  EXPECT_EQ(refusal_of({10}, {}, 0s), "the duration must be more than 0s");
  EXPECT_EQ(refusal_of({10}, {}, -1s), "the duration must be more than 0s");
  EXPECT_EQ(refusal_of(std::vector<std::uint32_t>(100, 1), std::vector<std::uint64_t>(100, 1), {}), "more than 4096 steps");
}

TEST(Plan, EveryStepHasItsPlaceInTheTotals) { EXPECT_EQ(kMaxSteps, metrics::Totals::kMaxSteps); }

TEST(Plan, AProductTooLargeToCountStaysAtTheEnd) {
  EXPECT_EQ(plan_of(make_steps({4'000'000'000}, {UINT64_MAX}, {}), 7).total_runs(), UINT64_MAX);
}

TEST(StartOffset, UsersStartEvenlyOverTheRampUp) {
  EXPECT_EQ(start_offset(0, 10, 5s), Seconds(0));
  EXPECT_EQ(start_offset(1, 10, 5s), Seconds(0.5));
  EXPECT_EQ(start_offset(9, 10, 5s), Seconds(4.5));
  EXPECT_EQ(start_offset(9, 10, 0s), Seconds(0));
  EXPECT_EQ(start_offset(0, 0, 5s), Seconds(0));
}

TEST(Position, IsWhereTheClockSays) {
  Plan plan = plan_of(make_steps({10, 20}, {}, Seconds(30)));
  EXPECT_EQ(position(plan, Seconds(-1)).step, 0U);
  EXPECT_EQ(position(plan, Seconds(-1)).in_step, Seconds(0));
  EXPECT_EQ(position(plan, Seconds(29)).step, 0U);
  EXPECT_EQ(position(plan, Seconds(30)).step, 1U);
  EXPECT_EQ(position(plan, Seconds(42)).in_step, Seconds(12));
  EXPECT_EQ(position(plan, Seconds(60)).step, 2U) << "nothing is left";
  plan.steps[1] = {20, 5, {}};
  EXPECT_EQ(position(plan, Seconds(1000)).step, 1U) << "hits have no time";
}

TEST(Stages, GoFromOneValueToTheNext) {
  const Profile profile = make_profile({{Seconds(10), 5}, {Seconds(0), 20}, {Seconds(30), 20}});
  EXPECT_EQ(profile, Profile({{Seconds(0), 0}, {Seconds(10), 5}, {Seconds(10), 20}, {Seconds(40), 20}}));
  EXPECT_THROW(make_profile(std::vector<Stage>(kMostPoints, {Seconds(1), 1})), std::invalid_argument) << "as many as may travel";
  EXPECT_EQ(make_profile(std::vector<Stage>(kMostPoints - 1, {Seconds(1), 1})).points().size(), kMostPoints);
}

TEST(Stages, MakeAStepThatLastsAsLong) {
  const Step users = make_shaped_step(make_profile({{Seconds(10), 2.5}}));
  EXPECT_EQ(users.users, 3U) << "the third one comes at the end";
  EXPECT_EQ(users.duration, Seconds(10));
  const Step rate = make_rate_step(make_profile({{Seconds(10), 2.5}}), 7);
  EXPECT_EQ(rate.users, 7U);
  EXPECT_EQ(rate.duration, Seconds(10));
}

TEST(Stages, RefuseWhatCannotBeDone) {
  EXPECT_THROW(make_shaped_step(Profile::constant(0, Seconds(1))), std::invalid_argument);
  EXPECT_THROW(make_shaped_step(Profile::constant(1e8, Seconds(1))), std::invalid_argument);
  EXPECT_THROW(make_shaped_step(Profile::constant(1, Seconds(1e9))), std::invalid_argument) << "30 years";
  EXPECT_THROW(make_rate_step(Profile::constant(2e9, Seconds(1)), 1), std::invalid_argument);
  EXPECT_THROW(make_rate_step(Profile::constant(1, Seconds(1e9)), 1), std::invalid_argument);
  EXPECT_THROW(make_rate_step(Profile::constant(1, Seconds(1)), 0), std::invalid_argument);
  EXPECT_THROW(make_steps({1}, {}, Seconds(1e9)), std::invalid_argument);
}

TEST(Deal, EveryUserGoesToExactlyOneThread) {
  for (std::uint32_t threads = 1; threads <= 9; ++threads) {
    for (std::uint32_t users = 0; users <= 40; ++users) {
      std::uint32_t next = 0;
      for (std::uint32_t thread = 0; thread < threads; ++thread) {
        const Deal part = deal(users, threads, thread);
        EXPECT_EQ(part.first, next);
        EXPECT_LE(part.count, users / threads + 1);
        EXPECT_GE(part.count, users / threads);
        next += part.count;
      }
      EXPECT_EQ(next, users);
    }
  }
}

TEST(Deal, AThreadThatIsNotThereGetsNobody) {
  EXPECT_EQ(deal(10, 2, 2).count, 0u);
  EXPECT_EQ(deal(10, 0, 0).count, 0u);
}

}  // namespace
}  // namespace loads::plan
