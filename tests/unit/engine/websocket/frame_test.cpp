#include "engine/websocket/frame.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/frames.h"

namespace loads::websocket {
namespace {

using namespace std::string_literals;

std::string written(const FrameHeader& header, std::string_view payload, MaskKey key = {1, 2, 3, 4}) {
  message::ByteBuffer out;
  append_frame(out, header, payload, key);
  return std::string(out.view());
}

const char* error_of(std::string_view bytes) {
  FrameHeader header;
  const HeaderResult result = read_header(bytes, header);
  EXPECT_EQ(result.size, 0U);
  return result.error;
}

TEST(Frame, IsWrittenAsTheStandardsExampleShows) {
  // RFC 6455, 5.7: a single-frame masked text message that contains "Hello".
  EXPECT_EQ(written({Opcode::text}, "Hello", {'\x37', '\xfa', '\x21', '\x3d'}), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
}

TEST(Frame, ItsLengthIsWrittenInTheShortestForm) {
  EXPECT_EQ(written({Opcode::binary}, "").substr(0, 2), "\x82\x80"s);
  EXPECT_EQ(written({Opcode::binary}, std::string(125, 'x')).substr(0, 2), "\x82\xfd");
  EXPECT_EQ(written({Opcode::binary}, std::string(126, 'x')).substr(0, 4), "\x82\xfe\x00\x7e"s);
  EXPECT_EQ(written({Opcode::binary}, std::string(65535, 'x')).substr(0, 4), "\x82\xfe\xff\xff");
  EXPECT_EQ(written({Opcode::binary}, std::string(65536, 'x')).substr(0, 10), "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(Frame, EveryByteIsMaskedWhateverTheLength) {
  const MaskKey key{'\x11', '\x22', '\x44', '\x88'};
  std::string payload;
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string frame = written({Opcode::binary}, payload, key);
    ASSERT_EQ(frame.size(), 6 + length);
    for (std::size_t at = 0; at < length; ++at) ASSERT_EQ(static_cast<char>(frame[6 + at] ^ key[at % 4]), payload[at]);
    payload += static_cast<char>(length * 37);
  }
}

TEST(Frame, FlagsAreWritten) {
  EXPECT_EQ(written({Opcode::text, false, true}, "").front(), '\x41');
  EXPECT_EQ(written({Opcode::continuation, true, false}, "").front(), '\x80');
}

TEST(Frame, KeysDiffer) {
  std::set<MaskKey> keys;
  for (int i = 0; i < 1000; ++i) keys.insert(next_mask_key());
  EXPECT_GT(keys.size(), 990U);
}

TEST(FrameHeader, IsReadInAllThreeLengths) {
  FrameHeader header;
  for (const std::size_t length : {0U, 125U, 126U, 65535U, 65536U}) {
    const std::string frame = support::binary_frame(std::string(length, 'x'));
    const HeaderResult read = read_header(frame, header);
    EXPECT_EQ(read.size, frame.size() - length);
    EXPECT_EQ(header.length, length);
    EXPECT_EQ(header.opcode, Opcode::binary);
    EXPECT_TRUE(header.final);
    for (std::size_t part = 0; part < read.size; ++part) {
      const HeaderResult half = read_header(std::string_view(frame).substr(0, part), header);
      EXPECT_EQ(half.size, 0U);
      EXPECT_EQ(half.error, nullptr);
    }
  }
}

TEST(FrameHeader, WhatTheStandardForbidsIsRefused) {
  EXPECT_STREQ(error_of("\x91\x00"s), "a frame has a reserved bit set");
  EXPECT_STREQ(error_of("\xa1\x00"s), "a frame has a reserved bit set");
  for (const std::uint8_t opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
    EXPECT_STREQ(error_of(support::frame(static_cast<std::uint8_t>(0x80U | opcode), "")), "a frame has a reserved opcode");
  }
  EXPECT_STREQ(error_of("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), "a frame of the server is masked");
  EXPECT_STREQ(error_of("\x09\x00"s), "a control frame is fragmented");
  EXPECT_STREQ(error_of("\xc8\x00"s), "a control frame has a reserved bit set");
  EXPECT_STREQ(error_of(support::ping_frame(std::string(126, 'x'))), "a control frame is longer than 125 bytes");
  EXPECT_STREQ(error_of("\x81\x7e\x00\x7d"s), "a frame's length is not in its shortest form");
  EXPECT_STREQ(error_of("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff"s), "a frame's length is not in its shortest form");
  EXPECT_STREQ(error_of("\x81\x7f\x80\x00\x00\x00\x00\x01\x00\x00"s), "a frame's length has its highest bit set");
}

}  // namespace
}  // namespace loads::websocket
