#include "engine/message/byte_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::message {
namespace {

TEST(ByteBuffer, GrowsWithoutLosingWhatIsThere) {
  ByteBuffer buffer;
  buffer.append("");
  EXPECT_EQ(buffer.view(), "");
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    buffer.append(std::to_string(i));
    expected += std::to_string(i);
  }
  EXPECT_EQ(buffer.view(), expected);
  auto room = buffer.room(3);
  room[0] = 'e';
  room[1] = 'n';
  room[2] = 'd';
  buffer.filled(3);
  buffer.drop_front(expected.size() - 1);
  EXPECT_EQ(buffer.view(), "9end");
  buffer.drop_front(4);
  EXPECT_EQ(buffer.size(), 0U);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0U);
}

}  // namespace
}  // namespace loads::message
