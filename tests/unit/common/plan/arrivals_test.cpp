#include "common/plan/arrivals.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace loads::plan {
namespace {

std::vector<double> all(Arrivals arrivals) {
  std::vector<double> times;
  for (; arrivals.next(); arrivals.take()) times.push_back(arrivals.next()->count());
  return times;
}

std::vector<double> all_of(const Profile& profile, Spacing spacing, std::uint32_t turns) {
  std::vector<double> times;
  for (std::uint32_t i = 0; i < turns; ++i) {
    const std::vector<double> part = all(Arrivals(profile, spacing, 7, {i, turns}));
    times.insert(times.end(), part.begin(), part.end());
  }
  std::sort(times.begin(), times.end());
  return times;
}

TEST(ArrivalsTest, AConstantRateIsEven) {
  const std::vector<double> times = all(Arrivals(Profile::constant(4, Seconds(2)), Spacing::constant, 1, {}));
  EXPECT_EQ(times, (std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75}));
}

TEST(ArrivalsTest, ThePartsOfManyAreTheWholeOfOne) {
  const Profile profile({{Seconds(0), 0}, {Seconds(3), 200}, {Seconds(3), 50}, {Seconds(5), 50}});
  for (const Spacing spacing : {Spacing::constant, Spacing::poisson}) {
    const std::vector<double> whole = all(Arrivals(profile, spacing, 7, {}));
    EXPECT_EQ(all_of(profile, spacing, 3), whole);
    EXPECT_EQ(all_of(profile, spacing, 17), whole);
  }
}

TEST(ArrivalsTest, TheSeedDecides) {
  const Profile profile = Profile::constant(100, Seconds(1));
  EXPECT_EQ(all(Arrivals(profile, Spacing::poisson, 3, {})), all(Arrivals(profile, Spacing::poisson, 3, {})));
  EXPECT_NE(all(Arrivals(profile, Spacing::poisson, 3, {})), all(Arrivals(profile, Spacing::poisson, 4, {})));
}

// The gaps of a Poisson process are exponential, those of one turn of several too: the largest distance of the two distributions
// (Kolmogorov and Smirnov) stays below 1.63 / sqrt(n) in 99 of 100 samples; the seed makes it the same sample each time.
TEST(ArrivalsTest, PoissonsGapsAreExponential) {
  std::vector<double> times = all(Arrivals(Profile::constant(100, Seconds(1000)), Spacing::poisson, 5, {}));
  EXPECT_NEAR(static_cast<double>(times.size()), 100'000, 3 * std::sqrt(100'000));
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  std::sort(gaps.begin(), gaps.end());
  double distance = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double expected = 1 - std::exp(-100 * gaps[i]);
    distance = std::max(distance, std::abs(expected - static_cast<double>(i) / static_cast<double>(gaps.size())));
  }
  EXPECT_LT(distance, 1.63 / std::sqrt(gaps.size()));
}

TEST(ArrivalsTest, CanBeginAnywhere) {
  const Profile profile({{Seconds(0), 10}, {Seconds(10), 90}});
  for (const Spacing spacing : {Spacing::constant, Spacing::poisson}) {
    std::vector<double> late = all(Arrivals(profile, spacing, 2, {1, 3}));
    std::erase_if(late, [](double time) { return time < 4; });
    Arrivals joined(profile, spacing, 2, {1, 3});
    joined.skip_to(Seconds(4));
    EXPECT_EQ(all(joined), late);
  }
}

TEST(ArrivalsTest, CountsWhatNobodyCameFor) {
  Arrivals arrivals(Profile::constant(10, Seconds(10)), Spacing::constant, 1, {});
  arrivals.take();
  EXPECT_EQ(arrivals.count_until(Seconds(5)), 49u);
  EXPECT_EQ(arrivals.count_until(Seconds(99)), 99u);
}

TEST(ArrivalsTest, CountsAllThatThereAreAtOnce) {
  const Profile profile({{Seconds(0), 3}, {Seconds(10), 97}, {Seconds(10), 0}, {Seconds(20), 0}, {Seconds(20), 7}, {Seconds(31), 7}});
  for (const Spacing spacing : {Spacing::constant, Spacing::poisson}) {
    for (const Seconds until : {Seconds(0), Seconds(0.1), Seconds(3.3), Seconds(10), Seconds(15), Seconds(22), Seconds(31), Seconds(99)}) {
      for (const std::uint32_t turns : {1U, 5U}) {
        Arrivals arrivals(profile, spacing, 3, {turns - 1, turns});
        arrivals.take();
        const std::vector<double> times = all(arrivals);
        const auto before = std::count_if(times.begin(), times.end(), [&](double time) { return time < until.count(); });
        EXPECT_EQ(arrivals.count_until(until), static_cast<std::uint64_t>(before)) << until.count() << " of turn " << turns;
      }
    }
  }
}

// One by one it would take hours.
TEST(ArrivalsTest, CountsMoreThanAnybodyCouldBegin) {
  const Profile profile = Profile::constant(1e9, Seconds(86'400));
  EXPECT_EQ(Arrivals(profile, Spacing::constant, 1, {}).count_until(Seconds(86'400)), 86'400'000'000'000U);
  EXPECT_EQ(Arrivals(profile, Spacing::constant, 1, {2, 3}).count_until(Seconds(86'400)), 28'800'000'000'000U);
  EXPECT_NEAR(static_cast<double>(Arrivals(profile, Spacing::poisson, 1, {}).count_until(Seconds(86'400))), 86.4e12, 86.4e6);
}

TEST(ArrivalsTest, FollowsAnotherProfileFromThenOn) {
  const Profile profile = Profile::constant(10, Seconds(4));
  Arrivals arrivals(profile, Spacing::constant, 1, {});
  std::vector<double> times;
  while (arrivals.next() && *arrivals.next() < Seconds(1)) {
    times.push_back(arrivals.next()->count());
    arrivals.take();
  }
  arrivals.follow(profile.with({{Seconds(1), 0}, {Seconds(3), 2}}));
  EXPECT_DOUBLE_EQ(arrivals.next()->count(), 3) << "nothing begins in a pause, not even at its first moment";
  arrivals.take();
  EXPECT_DOUBLE_EQ(arrivals.next()->count(), 3.05);
  EXPECT_EQ(all(arrivals).size(), 19u);
}

TEST(ArrivalsTest, NoRateMeansNobody) {
  EXPECT_TRUE(all(Arrivals(Profile::constant(0, Seconds(4)), Spacing::poisson, 1, {})).empty());
  EXPECT_TRUE(all(Arrivals(Profile::constant(0.1, Seconds(4)), Spacing::constant, 1, {1, 2})).empty());
}

}  // namespace
}  // namespace loads::plan
