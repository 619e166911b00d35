#include "agent/core/clock_offset.h"

#include <gtest/gtest.h>

#include <limits>

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

TEST(ClockOffset, IsUnknownAtFirst) {
  const ClockOffset clock;
  EXPECT_FALSE(clock.error());
  EXPECT_EQ(clock.ours(5s), 5s);
}

TEST(ClockOffset, OfAnEvenWayThereAndBackIsExact) {
  ClockOffset clock;
  clock.add({10s, 110s + 1ms, 110s + 2ms}, 10s + 3ms);  // the broker's clock is 100 s ahead, each way takes 1 ms
  EXPECT_EQ(clock.ours(200s), 100s);
  EXPECT_EQ(clock.error(), 1ms);
}

TEST(ClockOffset, TheQuickestExchangeCounts) {
  ClockOffset clock;
  clock.add({10s, 110s + 1ms, 110s + 1ms}, 10s + 2ms);
  clock.add({11s, 111s + 900ms, 111s + 900ms}, 12s);  // late on its way there
  EXPECT_EQ(clock.ours(200s), 100s);
  EXPECT_EQ(clock.error(), 1ms);
}

TEST(ClockOffset, AnOldExchangeIsForgottenInTime) {
  ClockOffset clock;
  clock.add({10s, 110s, 110s}, 10s);
  for (int i = 0; i < 16; ++i) clock.add({20s, 125s + 2ms, 125s + 2ms}, 20s + 4ms);  // the clocks have drifted apart
  EXPECT_EQ(clock.ours(205s), 100s);
}

TEST(ClockOffset, TimesThatCannotBeAreIgnored) {
  ClockOffset clock;
  clock.add({10s, 12s, 11s}, 13s);  // answered before it came
  clock.add({10s, 11s, 20s}, 12s);  // took longer there than in all
  clock.add({-1s, 11s, 12s}, 13s);
  clock.add({proto::Nanoseconds(std::numeric_limits<std::int64_t>::max()), 11s, 12s}, 13s);
  clock.add({1s, proto::Nanoseconds(std::numeric_limits<std::int64_t>::min()), 12s}, 13s);
  EXPECT_FALSE(clock.error());
}

}  // namespace
}  // namespace loads::agent
