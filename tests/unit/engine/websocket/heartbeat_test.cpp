#include "engine/websocket/heartbeat.h"

#include <gtest/gtest.h>

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using Due = Heartbeat::Due;

const fiber::TimePoint kStart{1h};

TEST(Heartbeat, WithoutAnIntervalThereIsNone) {
  Heartbeat none({}, kStart);
  EXPECT_EQ(none.next(), fiber::kNever);
  EXPECT_EQ(none.beat(kStart + 24h, false), Due::nothing);
}

TEST(Heartbeat, APingIsDueAtEachIntervalWhosePongHasCome) {
  Heartbeat heart(10ms, kStart);
  EXPECT_EQ(heart.beat(kStart + 9ms, false), Due::nothing);
  EXPECT_EQ(heart.beat(kStart + 10ms, false), Due::ping);
  EXPECT_EQ(heart.next(), kStart + 20ms);
  heart.pong();
  EXPECT_EQ(heart.beat(kStart + 25ms, false), Due::ping);
  EXPECT_EQ(heart.next(), kStart + 35ms) << "late is no reason to hurry";
}

TEST(Heartbeat, WithoutAPongItEndsAtTheNextInterval) {
  Heartbeat heart(10ms, kStart);
  EXPECT_EQ(heart.beat(kStart + 10ms, false), Due::ping);
  EXPECT_EQ(heart.beat(kStart + 19ms, false), Due::nothing);
  EXPECT_EQ(heart.beat(kStart + 20ms, false), Due::end);
}

TEST(Heartbeat, APongThatCannotBeReadIsWaitedForAndNotAskedForAgain) {
  Heartbeat heart(10ms, kStart);
  EXPECT_EQ(heart.beat(kStart + 10ms, true), Due::ping);
  EXPECT_EQ(heart.beat(kStart + 20ms, true), Due::nothing);
  EXPECT_EQ(heart.next(), kStart + 30ms);
  EXPECT_EQ(heart.beat(kStart + 30ms, false), Due::end);
}

}  // namespace
}  // namespace loads::websocket
