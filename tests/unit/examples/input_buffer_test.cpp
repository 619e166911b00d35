#include "examples/target/input_buffer.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::target {
namespace {

void receive(InputBuffer& buffer, std::string_view text) {
  while (!text.empty()) {
    const auto room = buffer.room();
    const auto part = text.substr(0, room.size());
    part.copy(room.data(), part.size());
    buffer.received(part.size());
    text.remove_prefix(part.size());
  }
}

TEST(InputBuffer, KeepsWhatIsNotUsed) {
  InputBuffer buffer;
  receive(buffer, "one two");
  buffer.use(4);
  EXPECT_EQ(buffer.bytes(), "two");
  receive(buffer, " three");
  EXPECT_EQ(buffer.bytes(), "two three");
}

TEST(InputBuffer, GrowsWhenNothingCanBeUsed) {
  InputBuffer buffer;
  const std::string text(100000, 'a');
  receive(buffer, text);
  EXPECT_EQ(buffer.bytes(), text);
}

TEST(InputBuffer, StaysSmallWhenAllIsUsed) {
  InputBuffer buffer;
  const auto first = buffer.room().size();
  for (int round = 0; round < 1000; ++round) {
    receive(buffer, std::string(1000, 'a'));
    buffer.use(900);
    buffer.use(100);
  }
  EXPECT_EQ(buffer.room().size(), first);
}

}  // namespace
}  // namespace loads::target
