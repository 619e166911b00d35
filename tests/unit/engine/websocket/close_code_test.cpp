#include "engine/websocket/close_code.h"

#include <gtest/gtest.h>

namespace loads::websocket {
namespace {

using namespace std::string_literals;

TEST(CloseCode, HasWords) {
  EXPECT_EQ(in_words(1001), "1001, going away");
  EXPECT_EQ(in_words(4001), "4001");
}

TEST(ClosePayload, HoldsCodeAndReason) {
  EXPECT_EQ(close_payload(1000, "bye"),
            "\x03\xe8"
            "bye");
  EXPECT_EQ(close_payload(close_code::none, "bye"), "");
}

TEST(ClosePayload, ALongReasonIsCutAtTheEndOfACharacter) {
  EXPECT_EQ(close_payload(1000, std::string(200, 'x')).size(), 125U);
  EXPECT_EQ(close_payload(1000, std::string(122, 'x') + "\xc3\xa4").size(), 124U);
}

}  // namespace
}  // namespace loads::websocket
