#include "engine/websocket/message_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/websocket/close_code.h"
#include "support/frames.h"

namespace loads::websocket {
namespace {

using namespace std::string_literals;
using support::binary_frame;
using support::close_frame;
using support::frame;
using support::ping_frame;
using support::pong_frame;
using support::text_frame;
using Event = MessageReader::Event;

// What was read, an event a line: "text Hello", "ping x", "close 1000 bye", "1002 a frame is masked".
std::vector<std::string> read(std::string_view bytes, std::size_t piece, std::size_t most, const std::optional<DeflateTerms>& terms) {
  MessageReader reader(most, terms);
  std::vector<std::string> events;
  while (true) {
    std::string_view now = bytes.substr(0, piece);
    bytes.remove_prefix(now.size());
    Event event = Event::none;
    while ((event = reader.next(now)) != Event::none) {
      switch (event) {
        case Event::message: events.push_back((reader.is_binary() ? "binary " : "text ") + reader.message()); break;
        case Event::ping: events.push_back("ping " + std::string(reader.control())); break;
        case Event::pong: events.push_back("pong " + std::string(reader.control())); break;
        case Event::close:
          events.push_back("close " + std::to_string(reader.close_code()) + " " + std::string(reader.close_reason()));
          return events;
        default: events.push_back(std::to_string(reader.violation().code) + " " + reader.violation().words); return events;
      }
    }
    EXPECT_TRUE(now.empty());
    if (bytes.empty()) return events;
  }
}

// However the bytes are cut, the same comes of them.
std::vector<std::string> read(std::string_view bytes, std::size_t most = 1U << 20U, const std::optional<DeflateTerms>& terms = {}) {
  const auto whole = read(bytes, bytes.size() + 1, most, terms);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 4096U}) EXPECT_EQ(read(bytes, piece, most, terms), whole) << piece;
  return whole;
}

using Events = std::vector<std::string>;

TEST(MessageReader, MessagesOfAllLengthsAreRead) {
  for (const std::size_t length : {0U, 1U, 125U, 126U, 127U, 128U, 65535U, 65536U, 70000U}) {
    const std::string payload(length, '*');
    EXPECT_EQ(read(text_frame(payload)), Events{"text " + payload}) << length;
    EXPECT_EQ(read(binary_frame(payload)), Events{"binary " + payload}) << length;
  }
}

TEST(MessageReader, SeveralFramesInOnePieceAreReadOneAfterAnother) {
  EXPECT_EQ(read(text_frame("a") + ping_frame("p") + binary_frame("\xff") + pong_frame("") + text_frame("")),
            (Events{"text a", "ping p", "binary \xff", "pong ", "text "}));
}

TEST(MessageReader, FragmentsMakeOneMessageAndControlFramesMayStandBetween) {
  EXPECT_EQ(read(frame(0x01, "Hel") + ping_frame("now") + frame(0x00, "") + frame(0x80, "lo") + text_frame("next")),
            (Events{"ping now", "text Hello", "text next"}));
  EXPECT_EQ(read(frame(0x02, "") + frame(0x00, "") + frame(0x80, "")), (Events{"binary "}));
}

TEST(MessageReader, FragmentsInTheWrongPlaceAreRefused) {
  EXPECT_EQ(read(frame(0x80, "x")), (Events{"1002 a frame continues a message that has not begun"}));
  EXPECT_EQ(read(text_frame("x") + frame(0x00, "x")), (Events{"text x", "1002 a frame continues a message that has not begun"}));
  EXPECT_EQ(read(frame(0x01, "x") + text_frame("y")), (Events{"1002 a message begins within another one"}));
  EXPECT_EQ(read(frame(0x01, "x") + frame(0x02, "y")), (Events{"1002 a message begins within another one"}));
}

TEST(MessageReader, ACloseFrameSaysWhy) {
  EXPECT_EQ(read(frame(0x88, "")), (Events{"close 1005 "}));
  EXPECT_EQ(read(close_frame(1000)), (Events{"close 1000 "}));
  EXPECT_EQ(read(close_frame(1001, "going \xc3\xa4way")), (Events{"close 1001 going \xc3\xa4way"}));
  EXPECT_EQ(read(close_frame(1000, std::string(123, '*'))), (Events{"close 1000 " + std::string(123, '*')}));
  for (const std::uint16_t code : {1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 3999, 4000, 4999}) {
    EXPECT_EQ(read(close_frame(code)), (Events{"close " + std::to_string(code) + " "}));
  }
}

TEST(MessageReader, ACloseFrameThatSaysNonsenseIsRefused) {
  EXPECT_EQ(read(frame(0x88, "x")), (Events{"1002 a close frame carries half a code"}));
  for (const std::uint16_t code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
    EXPECT_EQ(read(close_frame(code)), (Events{"1002 a close frame carries the code " + std::to_string(code) + ", which is not allowed"}));
  }
  EXPECT_EQ(read(close_frame(1000, "\xce\xba\xed\xa0\x80")), (Events{"1007 the reason in a close frame is not valid UTF-8"}));
  EXPECT_EQ(read(close_frame(1000, "\xce")), (Events{"1007 the reason in a close frame is not valid UTF-8"}));
}

TEST(MessageReader, FramesThatTheStandardForbidsAreRefused) {
  EXPECT_EQ(read(text_frame("ok") + frame(0xc1, "x")), (Events{"text ok", "1002 a frame has a reserved bit set"}));
  EXPECT_EQ(read(frame(0x83, "")), (Events{"1002 a frame has a reserved opcode"}));
  EXPECT_EQ(read(ping_frame(std::string(126, 'x'))), (Events{"1002 a control frame is longer than 125 bytes"}));
  EXPECT_EQ(read("\x81\x81\x00\x00\x00\x00x"s), (Events{"1002 a frame of the server is masked"}));
}

TEST(MessageReader, TextMustBeUtf8AcrossItsFragments) {
  EXPECT_EQ(read(frame(0x01, "\xf0\x9f") + ping_frame("") + frame(0x80, "\x98\x80")), (Events{"ping ", "text \xf0\x9f\x98\x80"}));
  EXPECT_EQ(read(text_frame("\xce\xba\xf4")), (Events{"1007 a text message is not valid UTF-8"}));
  EXPECT_EQ(read(frame(0x01, "\xf4") + frame(0x00, "\x90")), (Events{"1007 a text message is not valid UTF-8"}));
  EXPECT_EQ(read(frame(0x01, "\xce") + frame(0x80, "")), (Events{"1007 a text message is not valid UTF-8"}));
  EXPECT_EQ(read(binary_frame("\xff\xfe")), (Events{"binary \xff\xfe"}));
}

TEST(MessageReader, BadTextIsRefusedBeforeItsMessageHasEnded) {
  MessageReader reader(1000, {});
  std::string_view bytes("\x01\x7d\xff", 3);  // 122 bytes are still to come
  EXPECT_EQ(reader.next(bytes), Event::violation);
  EXPECT_EQ(reader.violation().code, close_code::bad_data);
}

TEST(MessageReader, AMessageThatIsTooLargeIsRefusedByItsHeader) {
  EXPECT_EQ(read(text_frame(std::string(10, 'x')), 10), (Events{"text xxxxxxxxxx"}));
  const Events refused{"1009 a message is larger than the 10 bytes of max_message"};
  EXPECT_EQ(read(text_frame(std::string(11, 'x')), 10), refused);
  EXPECT_EQ(read(frame(0x01, "123456") + frame(0x80, "12345"), 10), refused);
  EXPECT_EQ(read("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s, 10), refused);
}

// RFC 7692, 7.2.3.1: "Hello", and once more out of the context.
const std::string kHello = "\xf2\x48\xcd\xc9\xc9\x07\x00"s;
const std::string kHelloAgain = "\xf2\x00\x11\x00\x00"s;

TEST(MessageReader, CompressedMessagesAreUnpacked) {
  const DeflateTerms terms;
  EXPECT_EQ(read(frame(0xc1, kHello) + frame(0xc1, kHelloAgain) + text_frame("plain") + frame(0xc2, kHelloAgain), 100, terms),
            (Events{"text Hello", "text Hello", "text plain", "binary Hello"}));
  EXPECT_EQ(read(frame(0x41, kHello.substr(0, 3)) + ping_frame("") + frame(0x80, kHello.substr(3)), 100, terms),
            (Events{"ping ", "text Hello"}));
  EXPECT_EQ(read(frame(0xc1, "\x00"s), 100, terms), (Events{"text "}));
}

TEST(MessageReader, AContextThatIsNotKeptIsForgotten) {
  DeflateTerms terms;
  terms.server_keeps_context = false;
  EXPECT_EQ(read(frame(0xc1, kHello) + frame(0xc1, kHello), 100, terms), (Events{"text Hello", "text Hello"}));
  EXPECT_EQ(read(frame(0xc1, kHello) + frame(0xc1, kHelloAgain), 100, terms),
            (Events{"text Hello", "1007 a compressed message cannot be unpacked"}));
}

TEST(MessageReader, CompressionIsRefusedWhereItWasNotAgreedOrDoesNotBelong) {
  EXPECT_EQ(read(frame(0xc1, kHello), 100), (Events{"1002 a frame has a reserved bit set"}));
  EXPECT_EQ(read(frame(0x41, kHello.substr(0, 3)) + frame(0xc0, kHello.substr(3)), 100, DeflateTerms{}),
            (Events{"1002 a frame in the middle of a message has a reserved bit set"}));
}

TEST(MessageReader, ACompressedMessageIsBoundedUnpackedAndCheckedAsText) {
  Deflater deflater(false);
  std::string bomb;
  deflater.append(std::string(1U << 20U, 'x'), bomb);
  EXPECT_EQ(read(frame(0xc1, bomb), 100'000, DeflateTerms{}), (Events{"1009 a message is larger than the 100000 bytes of max_message"}));
  std::string bad;
  deflater.append("\xc3\x28", bad);
  EXPECT_EQ(read(frame(0xc1, bad), 100, DeflateTerms{}), (Events{"1007 a text message is not valid UTF-8"}));
  EXPECT_EQ(read(frame(0xc1, "\xff\xff\xff"), 100, DeflateTerms{}), (Events{"1007 a compressed message cannot be unpacked"}));
}

}  // namespace
}  // namespace loads::websocket
