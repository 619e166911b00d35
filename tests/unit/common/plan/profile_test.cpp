#include "common/plan/profile.h"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gtest/gtest.h>

namespace loads::plan {
namespace {

// 10 s up to 100, 20 s there, a jump to 300 for 5 s.
Profile spike() { return Profile({{Seconds(0), 0}, {Seconds(10), 100}, {Seconds(30), 100}, {Seconds(30), 300}, {Seconds(35), 300}}); }

TEST(ProfileTest, HasAValueAtEachMoment) {
  EXPECT_DOUBLE_EQ(spike().value_at(Seconds(0)), 0);
  EXPECT_DOUBLE_EQ(spike().value_at(Seconds(2.5)), 25);
  EXPECT_DOUBLE_EQ(spike().value_at(Seconds(20)), 100);
  EXPECT_DOUBLE_EQ(spike().value_at(Seconds(30)), 300) << "the later one of a jump";
  EXPECT_DOUBLE_EQ(spike().value_at(Seconds(99)), 300);
  EXPECT_DOUBLE_EQ(spike().highest(), 300);
  EXPECT_EQ(spike().duration(), Seconds(35));
}

TEST(ProfileTest, AddsUpAndFindsBack) {
  const Profile profile = spike();
  EXPECT_DOUBLE_EQ(profile.total(), 500 + 2000 + 1500);
  EXPECT_DOUBLE_EQ(profile.total_until(Seconds(5)), 125);
  EXPECT_DOUBLE_EQ(profile.total_until(Seconds(31)), 2800);
  for (double total = 0; total <= 4000; total += 12.5) {
    const auto time = profile.time_of(total);
    ASSERT_TRUE(time) << total;
    EXPECT_NEAR(profile.total_until(*time), total, 1e-6);
  }
  EXPECT_FALSE(profile.time_of(4000.5));
}

TEST(ProfileTest, AConstantRateIsMetToTheNanosecondForDays) {
  const Profile profile = Profile::constant(20'000, Seconds(7 * 86'400));
  EXPECT_NEAR(profile.time_of(12'000'000'001.0)->count(), 600'000.00005, 1e-9);
}

TEST(ProfileTest, NothingIsDueInAPause) {
  const Profile profile({{Seconds(0), 10}, {Seconds(1), 10}, {Seconds(1), 0}, {Seconds(5), 0}, {Seconds(5), 10}, {Seconds(6), 10}});
  EXPECT_NEAR(profile.time_of(9.9)->count(), 0.99, 1e-12);
  EXPECT_EQ(profile.time_of(10), Seconds(5)) << "behind it, not at its beginning";
  EXPECT_NEAR(profile.time_of(10.5)->count(), 5.05, 1e-12);
}

TEST(ProfileTest, NothingIsDueBeforeTheFirstValueAboveZero) {
  EXPECT_EQ(Profile({{Seconds(0), 0}, {Seconds(2), 0}, {Seconds(2), 10}, {Seconds(3), 10}}).time_of(0), Seconds(2));
  EXPECT_EQ(Profile({{Seconds(0), 0}, {Seconds(2), 0}, {Seconds(3), 10}}).time_of(0), Seconds(2)) << "of a ramp its foot";
}

TEST(ProfileTest, SaysFromWhenToWhenItIsAboveAValue) {
  const auto user = spike().above(50, Seconds(0));
  ASSERT_TRUE(user);
  EXPECT_DOUBLE_EQ(user->from.count(), 5);
  EXPECT_DOUBLE_EQ(user->to.count(), 35) << "through the jump";
  EXPECT_DOUBLE_EQ(spike().above(50, Seconds(7))->from.count(), 7);
  EXPECT_DOUBLE_EQ(spike().above(0, Seconds(0))->from.count(), 0);
  EXPECT_DOUBLE_EQ(spike().above(100, Seconds(0))->from.count(), 30) << "100 users are there, not 101";
  EXPECT_FALSE(spike().above(300, Seconds(0)));
  EXPECT_FALSE(spike().above(50, Seconds(35)));
}

TEST(ProfileTest, AValueIsLeftAndComesAgain) {
  const Profile profile({{Seconds(0), 0}, {Seconds(10), 10}, {Seconds(20), 0}, {Seconds(20), 8}, {Seconds(30), 8}});
  const auto first = profile.above(5, Seconds(0));
  ASSERT_TRUE(first);
  EXPECT_DOUBLE_EQ(first->from.count(), 5);
  EXPECT_DOUBLE_EQ(first->to.count(), 15);
  const auto second = profile.above(5, first->to);
  ASSERT_TRUE(second);
  EXPECT_DOUBLE_EQ(second->from.count(), 20);
  EXPECT_DOUBLE_EQ(second->to.count(), 30);
}

TEST(ProfileTest, IsMultipliedFromATimeOn) {
  const Profile changed = spike().with({{Seconds(5), 2}, {Seconds(30), 0}, {Seconds(32), 0.5}});
  EXPECT_DOUBLE_EQ(changed.value_at(Seconds(4)), 40);
  EXPECT_DOUBLE_EQ(changed.value_at(Seconds(6)), 120);
  EXPECT_DOUBLE_EQ(changed.value_at(Seconds(20)), 200);
  EXPECT_DOUBLE_EQ(changed.value_at(Seconds(31)), 0);
  EXPECT_DOUBLE_EQ(changed.value_at(Seconds(33)), 150);
  EXPECT_DOUBLE_EQ(changed.total_until(Seconds(5)), 125) << "what was before stays";
  EXPECT_DOUBLE_EQ(changed.total(), 125 + 750 + 4000 + 0 + 450);
  EXPECT_EQ(changed.duration(), spike().duration());
}

TEST(ProfileTest, ChangesBeyondItsEndsMeanNothing) {
  EXPECT_EQ(spike().with({{Seconds(40), 9}}).total(), spike().total());
  EXPECT_EQ(spike().with({{Seconds(-1), 2}}).total(), 2 * spike().total());
  EXPECT_EQ(spike().with({}).points(), spike().points());
}

TEST(ProfileTest, RefusesWhatIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Profile({{Seconds(0), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(1), 1}, {Seconds(2), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(0), 1}, {Seconds(0), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(0), 1}, {Seconds(2), 1}, {Seconds(1), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(0), -1}, {Seconds(2), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(0), nan}, {Seconds(2), 1}}), std::invalid_argument);
  EXPECT_THROW(Profile({{Seconds(0), 1}, {Seconds(nan), 1}}), std::invalid_argument);
}

}  // namespace
}  // namespace loads::plan
