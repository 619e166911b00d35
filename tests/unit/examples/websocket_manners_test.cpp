#include "examples/target/websocket_manners.h"

#include <gtest/gtest.h>

namespace loads::target {
namespace {

TEST(WebSocketManners, AnOrdinaryPathHasGoodOnes) {
  for (const char* path : {"/", "/ws", "/ws-close", "/ws-close/", "/ws-close/x", "/ws-close/99999", "/ws-masked/1"}) {
    const Manners manners = manners_of(path);
    EXPECT_FALSE(manners.pings || manners.fragments || manners.never_closes || manners.close_code || manners.instead) << path;
  }
}

TEST(WebSocketManners, APathAsksForWhatItSays) {
  EXPECT_TRUE(manners_of("/ws-ping?x=1").pings);
  EXPECT_TRUE(manners_of("/ws-fragments").fragments);
  EXPECT_TRUE(manners_of("/ws-never-close").never_closes);
  EXPECT_EQ(manners_of("/ws-close/4321").close_code, 4321);
  EXPECT_EQ(manners_of("/ws-half-frame").instead, "\x81\x05hel");
  EXPECT_EQ(manners_of("/ws-drop").instead, "");
}

}  // namespace
}  // namespace loads::target
