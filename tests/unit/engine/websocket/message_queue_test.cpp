#include "engine/websocket/message_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::websocket {
namespace {

TEST(MessageQueue, GivesThemInTheOrderInWhichTheyCame) {
  MessageQueue queue;
  int next = 0;
  for (int i = 0; i < 5000; ++i) {
    queue.push({std::to_string(i)});
    if (i % 7 == 0) continue;
    ASSERT_EQ(queue.pop().data, std::to_string(next++));
  }
  while (!queue.empty()) ASSERT_EQ(queue.pop().data, std::to_string(next++));
  EXPECT_EQ(next, 5000);
}

TEST(MessageQueue, IsFullByNumberOrByBytes) {
  MessageQueue many;
  for (std::size_t i = 0; i + 1 < MessageQueue::kMostMessages; ++i) many.push({});
  EXPECT_FALSE(many.is_full());
  many.push({});
  EXPECT_TRUE(many.is_full());
  many.pop();
  EXPECT_FALSE(many.is_full());
  MessageQueue large;
  large.push({std::string(MessageQueue::kMostBytes, 'x')});
  EXPECT_TRUE(large.is_full());
}

TEST(MessageQueue, RoomIsMadeByDroppingTheOldest) {
  MessageQueue queue;
  for (int i = 0; i < 4; ++i) queue.push({std::string(MessageQueue::kMostBytes / 4, static_cast<char>('a' + i))});
  queue.make_room(MessageQueue::kMostBytes / 2);
  EXPECT_EQ(queue.take_dropped(), 2U);
  EXPECT_EQ(queue.take_dropped(), 0U);
  EXPECT_EQ(queue.pop().data[0], 'c');
  queue.make_room(2 * MessageQueue::kMostBytes);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace loads::websocket
