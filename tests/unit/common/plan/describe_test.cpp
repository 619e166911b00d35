#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "common/plan/plan.h"

namespace loads::plan {
namespace {

using namespace std::chrono_literals;

std::string described(std::vector<Step> steps, std::uint32_t agents = 1) {
  Plan plan;
  plan.test = "m.C.t";
  plan.steps = std::move(steps);
  plan.agents = agents;
  return describe(plan);
}

Step by_hits(std::uint32_t users, std::uint64_t hits) { return {users, hits, std::nullopt}; }
Step by_time(std::uint32_t users, Seconds duration) { return {users, std::nullopt, duration}; }

TEST(DescribePlan, SaysWhatTheGuideAsksFor) {
  EXPECT_EQ(described(make_steps({100}, {10}, {})), "Plan: 100 users x 10 hits = 1000 hits of m.C.t");
  EXPECT_EQ(described(make_steps({10, 20, 30}, {20}, {})), "Plan: (10, 20, 30 users) x 20 hits = 1200 hits of m.C.t");
  Plan plan;
  plan.test = "example.TestWebSite.test_something";
  plan.steps = make_steps({10, 20, 30}, {20}, {});
  plan.agents = 5;
  EXPECT_EQ(describe(plan), "Plan: 5 agents x (10, 20, 30 users) x 20 hits = 6000 hits of example.TestWebSite.test_something");
}

TEST(DescribePlan, OneIsSingular) {
  EXPECT_EQ(described(make_steps({}, {}, {})), "Plan: 1 user x 1 hit = 1 hit of m.C.t");
  EXPECT_EQ(described(make_steps({2}, {}, {})), "Plan: 2 users x 1 hit = 2 hits of m.C.t");
  EXPECT_EQ(described(make_steps({1}, {2}, {}), 2), "Plan: 2 agents x 1 user x 2 hits = 4 hits of m.C.t");
}

TEST(DescribePlan, DurationsAreThoseOfEachStep) {
  EXPECT_EQ(described(make_steps({50}, {}, 10s)), "Plan: 50 users for 10s of m.C.t");
  EXPECT_EQ(described(make_steps({1}, {}, 90s), 3), "Plan: 3 agents x 1 user for 1m30s of m.C.t");
  EXPECT_EQ(described(make_steps({10, 20}, {}, 500ms)), "Plan: (10, 20 users) for 500ms each of m.C.t");
}

TEST(DescribePlan, AProductIsShownAsItWasTyped) {
  EXPECT_EQ(described(make_steps({10, 20}, {5, 6}, {})), "Plan: (10, 20 users) x (5, 6 hits) = 330 hits of m.C.t");
  EXPECT_EQ(described(make_steps({10}, {5, 6}, {})), "Plan: 10 users x (5, 6 hits) = 110 hits of m.C.t");
  EXPECT_EQ(described(make_steps({10, 10}, {5}, {})), "Plan: (10, 10 users) x 5 hits = 100 hits of m.C.t");
}

TEST(DescribePlan, OtherStepsAreShownOneByOne) {
  EXPECT_EQ(described({by_hits(10, 5), by_hits(1, 1)}), "Plan: (10 users x 5 hits, 1 user x 1 hit) = 51 hits of m.C.t");
  EXPECT_EQ(described({by_hits(10, 5), by_time(20, 10s)}), "Plan: (10 users x 5 hits, 20 users for 10s) of m.C.t");
  EXPECT_EQ(described({by_time(10, 5s), by_time(10, 10s)}, 2), "Plan: 2 agents x (10 users for 5s, 10 users for 10s) of m.C.t");
}

TEST(DescribePlan, ARateIsToldFromOneThatChanges) {
  EXPECT_EQ(described(make_rate_steps({100}, 10s, 0s, 9)), "Plan: 100/s for 10s of m.C.t");
  EXPECT_EQ(described(make_rate_steps({100}, 10s, 2s, 9), 3), "Plan: 100/s for 10s by 3 agents of m.C.t");
  EXPECT_EQ(described({make_rate_step(make_profile({{10s, 100}}), 9)}), "Plan: up to 100/s for 10s of m.C.t");
  EXPECT_EQ(described({make_rate_step(make_profile({{10s, 100}, {1s, 200}}), 9)}), "Plan: up to 200/s for 11s of m.C.t");
}

TEST(DescribePlan, APlanWithoutStepsDoesNothing) { EXPECT_EQ(described({}), "Plan: nothing of m.C.t"); }

TEST(DescribePlan, AnEndlessDurationIsStillDescribed) {
  EXPECT_EQ(described({by_time(1, Seconds(1e300))}), "Plan: 1 user for 2500000h of m.C.t");
}

}  // namespace
}  // namespace loads::plan
