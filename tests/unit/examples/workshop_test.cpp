#include "examples/target/workshop.h"

#include <gtest/gtest.h>

namespace loads::target {
namespace {

using namespace std::chrono_literals;

TEST(Workshop, WhoFindsAPlaceIsServedAtOnceAndWhoDoesNotWaitsForTheFirstThatIsFree) {
  Workshop workshop(2);
  const Workshop::Time start{1h};
  EXPECT_EQ(workshop.done_at(start, 20ms) - start, 20ms);
  EXPECT_EQ(workshop.done_at(start + 5ms, 20ms) - start, 25ms);
  EXPECT_EQ(workshop.done_at(start + 6ms, 20ms) - start, 40ms);
  EXPECT_EQ(workshop.done_at(start + 7ms, 20ms) - start, 45ms);
  EXPECT_EQ(workshop.done_at(start + 1s, 20ms) - start, 1s + 20ms);
}

// Two places and 20 ms are 100 a second: at 110 a second each has to wait for a tenth of the time that has passed.
TEST(Workshop, AboveItsCapacityTheWaitGrows) {
  Workshop workshop(2);
  const Workshop::Time start{1h};
  Workshop::Time last{};
  for (int run = 0; run < 1100; ++run) last = workshop.done_at(start + run * 10s / 1100, 20ms);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(last - start), 11s);
}

}  // namespace
}  // namespace loads::target
