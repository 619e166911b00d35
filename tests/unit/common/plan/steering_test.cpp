#include "common/plan/steering.h"

#include <gtest/gtest.h>

namespace loads::plan {
namespace {

TEST(SteeringTest, AStepSeesItInItsOwnTime) {
  const Steering steering{{{Seconds(5), 2}, {Seconds(15), 0}}, {}};
  const auto changes = steering.changes_since(Seconds(10));
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0], (Profile::Change{Seconds(0), 2})) << "from before the step on";
  EXPECT_EQ(changes[1], (Profile::Change{Seconds(5), 0}));
}

TEST(SteeringTest, WhatGrowsIsNewer) {
  Steering steering;
  EXPECT_TRUE(steering.empty());
  steering.changes.push_back({Seconds(1), 0});
  steering.parts.push_back({Seconds(2), {0, 4}});
  EXPECT_EQ(steering.size(), 2U);
  EXPECT_FALSE(steering.empty());
}

}  // namespace
}  // namespace loads::plan
