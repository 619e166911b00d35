#include "common/plan/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

namespace loads::plan {
namespace {

const Profile kRate = Profile::constant(100, Seconds(10));

std::vector<double> rest(Schedule& schedule, double until = 1e9) {
  std::vector<double> times;
  for (; schedule.next() && schedule.next()->count() < until; schedule.take()) times.push_back(schedule.next()->count());
  return times;
}

class ScheduleTest : public testing::TestWithParam<Spacing> {
 protected:
  Schedule whole() const { return {kRate, GetParam(), 7, {}}; }
};

TEST_P(ScheduleTest, SeveralTurnsAreOneSequence) {
  Schedule all = whole();
  Schedule some(kRate, GetParam(), 7, {0, 3});
  some.add({1, 3}, Seconds(0));
  some.add({2, 3}, Seconds(0));
  EXPECT_EQ(rest(some), rest(all));
}

TEST_P(ScheduleTest, ATurnIsDealtToSeveralFromATimeOn) {
  std::vector<double> expected;
  for (const double time : rest(*std::make_unique<Schedule>(kRate, GetParam(), 7, Turn{2, 3}))) {
    if (time >= 4) expected.push_back(time);
  }
  std::vector<double> dealt;
  for (std::uint64_t heir = 0; heir < 2; ++heir) {
    const Turn own{heir, 3};
    Schedule schedule(kRate, GetParam(), 7, own);
    const std::vector<double> without = rest(*std::make_unique<Schedule>(kRate, GetParam(), 7, own));
    schedule.add(within({2, 3}, {heir, 2}), Seconds(4));
    const std::vector<double> with = rest(schedule);
    std::set_difference(with.begin(), with.end(), without.begin(), without.end(), std::back_inserter(dealt));
  }
  std::sort(dealt.begin(), dealt.end());
  EXPECT_EQ(dealt, expected) << "each of its runs once";
}

TEST_P(ScheduleTest, APauseLeavesOutWhatWouldHaveBegunInIt) {
  Schedule schedule = whole();
  rest(schedule, 2);
  schedule.change({{Seconds(3), 0}, {Seconds(5), 1}}, Seconds(2));
  for (const double time : rest(schedule)) EXPECT_TRUE(time < 3 || time >= 5) << time;
}

TEST_P(ScheduleTest, WhatIsAskedForTooLateIsNotMadeUpFor) {
  Schedule schedule = whole();
  rest(schedule, 6);
  schedule.change({{Seconds(2), 3}}, Seconds(6));
  EXPECT_GE(schedule.next()->count(), 6);
}

TEST_P(ScheduleTest, WhatIsOverdueStaysSo) {
  Schedule schedule = whole();
  rest(schedule, 2);
  const Seconds due = *schedule.next();
  schedule.change({{Seconds(4), 2}}, due + Seconds(1));
  EXPECT_EQ(*schedule.next(), due) << "it waits for a user";
}

INSTANTIATE_TEST_SUITE_P(Spacings, ScheduleTest, testing::Values(Spacing::constant, Spacing::poisson),
                         [](const auto& spacing) { return spacing.param == Spacing::constant ? "constant" : "poisson"; });

TEST(ScheduleOfConstantSpacing, AScaledRateHasThatManyRuns) {
  Schedule schedule(kRate, Spacing::constant, 7, {});
  EXPECT_EQ(rest(schedule, 2).size(), 200U);
  schedule.change({{Seconds(5), 1.5}, {Seconds(7), 0}, {Seconds(9), 0.5}}, Seconds(2));
  EXPECT_EQ(rest(schedule).size(), 300U + 300U + 0U + 50U);
}

}  // namespace
}  // namespace loads::plan
