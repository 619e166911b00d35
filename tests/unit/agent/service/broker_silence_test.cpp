#include "agent/service/broker_silence.h"

#include <gtest/gtest.h>

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

TEST(BrokerSilence, IsToldOnceAndSoIsItsEnd) {
  BrokerSilence silence("ipc:///nowhere/backend.ipc", false);
  EXPECT_EQ(silence.warning(3s, true), "");
  EXPECT_FALSE(silence.is_over(3s));
  EXPECT_EQ(silence.warning(4s, true), "no broker answers at ipc:///nowhere/backend.ipc (the socket file does not exist), trying on");
  EXPECT_EQ(silence.warning(5s, true), "");
  EXPECT_FALSE(silence.is_over(5s));
  EXPECT_TRUE(silence.is_over(10ms));
  EXPECT_FALSE(silence.is_over(10ms));
  EXPECT_NE(silence.warning(4s, true), "");
}

TEST(BrokerSilence, IsNotLookedIntoWhileALoadIsSent) {
  BrokerSilence silence("ipc:///nowhere/backend.ipc", false);
  EXPECT_EQ(silence.warning(4s, false), "no broker answers at ipc:///nowhere/backend.ipc (no answer), trying on");
}

}  // namespace
}  // namespace loads::agent
