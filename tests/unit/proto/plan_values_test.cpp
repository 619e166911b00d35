// Plans and what becomes of them, on the wire: proto/plan_values.cpp.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "proto/metrics_values.h"
#include "unit/proto/value_bytes.h"

namespace loads::proto {
namespace {

using wire::array;
using wire::value;

// Its elements in their order, to be changed one by one.
std::vector<std::string> plan() { return {value("t"), array({array({value(1), value(1), kNil})}), value(0), value(1)}; }

TEST(PlanValues, TrailingElementsOfANewerPeerAreSkipped) {
  const auto with_more = [](std::vector<std::string> elements) {
    elements.push_back(array({kNil}));
    return array(elements);
  };
  std::vector<std::string> with_times = plan();
  with_times[1] = array({with_more({value(1), kNil, value(1), kNil, kNil})});
  with_times.push_back(with_more({value(0), value(0), value(0), value(0), value(0)}));
  EXPECT_EQ(error_of<plan::Plan>(with_more(with_times)), "");
  EXPECT_EQ(
      error_of<plan::Steering>(with_more({array({with_more({value(1), value(2)})}), array({with_more({value(1), value(0), value(2)})})})),
      "");
}

TEST(PlanValues, MissingElementsAreRefused) {
  EXPECT_EQ(error_of<plan::Plan>(array({value("t")})), "an array is too short");
  EXPECT_EQ(error_of<plan::Steering>(array({array({array({value(1)})}), array({})})), "an array is too short");
}

TEST(PlanValues, AStepOfAPlanHasEitherHitsOrADuration) {
  const auto step = [](const std::string& users, const std::string& hits, const std::string& duration) {
    return error_with<plan::Plan>(plan(), 1, array({array({users, hits, duration})}));
  };
  EXPECT_EQ(step(value(1), value(1), kNil), "");
  EXPECT_EQ(step(value(1), kNil, value(1)), "");
  EXPECT_EQ(step(value(1), value(1), value(1)), "a step makes no sense");
  EXPECT_EQ(step(value(1), kNil, kNil), "a step makes no sense");
  EXPECT_EQ(step(value(0), value(1), kNil), "a step makes no sense");
  EXPECT_EQ(step(value(1), value(0), kNil), "a step makes no sense");
  EXPECT_EQ(step(value(1), kNil, value(0)), "a step makes no sense");
  EXPECT_EQ(error_with<plan::Plan>(plan(), 1, array({})), "a plan has no steps, or too many");
  EXPECT_EQ(error_with<plan::Plan>(plan(), 1, array(std::vector<std::string>(4097, kNil))), "a plan has no steps, or too many");
  EXPECT_EQ(error_with<plan::Plan>(plan(), 2, value(-1)), "a time is negative");
  EXPECT_EQ(error_with<plan::Plan>(plan(), 3, value(0)), "a plan without agents");
}

TEST(PlanValues, APlanKeepsItsProfilesToTheLastDigit) {
  plan::Plan plan;
  plan.agents = 3;
  plan.spacing = plan::Spacing::poisson;
  plan.think_least = std::chrono::milliseconds(100);
  plan.think_most = std::chrono::seconds(3);
  plan.warm_up = std::chrono::seconds(5);
  plan.steps = plan::make_rate_steps({1.0 / 3, 20'000}, std::chrono::seconds(60), std::chrono::milliseconds(100), 500);
  plan.steps.push_back(
      plan::make_shaped_step(plan::make_profile({{std::chrono::seconds(10), 7}, {std::chrono::duration<double>(0.1), 3}})));
  const plan::Plan back = there_and_back(plan);
  ASSERT_EQ(back.steps.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(back.steps[i].rate, plan.steps[i].rate);
    EXPECT_EQ(back.steps[i].shape, plan.steps[i].shape);
    EXPECT_EQ(back.steps[i].duration, plan.steps[i].duration);
    EXPECT_EQ(back.steps[i].users, plan.steps[i].users);
  }
  EXPECT_EQ(back.spacing, plan::Spacing::poisson);
  EXPECT_EQ(back.think_least, plan.think_least);
  EXPECT_EQ(back.think_most, plan.think_most);
  EXPECT_EQ(back.warm_up, plan.warm_up);
}

TEST(PlanValues, AProfileThatMakesNoSenseIsRefused) {
  const auto step = [](const std::string& shape, const std::string& rate) {
    return error_with<plan::Plan>(plan(), 1, array({array({value(1), kNil, value(1), shape, rate})}));
  };
  const std::string good = array({value(0), value(5), value(1), value(5)});
  EXPECT_EQ(step(good, kNil), "");
  EXPECT_EQ(step(kNil, good), "");
  EXPECT_EQ(step(good, good), "a step makes no sense");
  EXPECT_EQ(step(kNil, array({value(0), value(5), value(1)})), "a profile has too many points, or half a one");
  EXPECT_EQ(step(kNil, array({value(1), value(5), value(2), value(5)})), "a profile makes no sense");
  EXPECT_EQ(step(kNil, array({value(0), value(5), value(10'000'000'000), value(5)})), "a step makes no sense") << "of three centuries";
  EXPECT_EQ(step(kNil, array({value(0), value(5), value(1), value(2'000'000'000)})), "a step makes no sense");
}

TEST(PlanValues, ASteeringThatMakesNoSenseIsRefused) {
  const auto change = [](const std::string& at, const std::string& factor) {
    return error_of<plan::Steering>(array({array({array({at, factor})}), array({})}));
  };
  const auto part = [](const std::string& at, std::uint64_t index, std::uint64_t count) {
    return error_of<plan::Steering>(array({array({}), array({array({at, value(index), value(count)})})}));
  };
  const std::string three_centuries = value(1e10);
  EXPECT_EQ(change(value(10), value(1.5)), "");
  EXPECT_EQ(change(value(-1), value(1.5)), "a change of a load makes no sense");
  EXPECT_EQ(change(three_centuries, value(1.5)), "a change of a load makes no sense");
  EXPECT_EQ(change(value(10), value(-1)), "a change of a load makes no sense");
  EXPECT_EQ(change(value(10), value(1001)), "a change of a load makes no sense");
  EXPECT_EQ(part(value(10), 5, 6), "");
  EXPECT_EQ(part(value(-1), 5, 6), "a part of a rate makes no sense");
  EXPECT_EQ(part(three_centuries, 5, 6), "a part of a rate makes no sense");
  EXPECT_EQ(part(value(10), 6, 6), "a part of a rate makes no sense");
  EXPECT_EQ(part(value(10), 0, (std::uint64_t{1} << 30U) + 1), "a part of a rate makes no sense");
}

}  // namespace
}  // namespace loads::proto
