#include "proto/reader.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "unit/proto/wire.h"

namespace loads::proto {
namespace {

using wire::bytes;

TEST(Reader, AnIntegerIsTakenInEveryLegalForm) {
  for (const auto& form :
       {bytes({4}), bytes({0xcc, 4}), bytes({0xcd, 0, 4}), bytes({0xce, 0, 0, 0, 4}), bytes({0xcf, 0, 0, 0, 0, 0, 0, 0, 4}),
        bytes({0xd0, 4}), bytes({0xd1, 0, 4}), bytes({0xd2, 0, 0, 0, 4}), bytes({0xd3, 0, 0, 0, 0, 0, 0, 0, 4})}) {
    Reader as_unsigned(wire::span(form));
    EXPECT_EQ(as_unsigned.unsigned_integer(), 4u);
    EXPECT_TRUE(as_unsigned.ok() && as_unsigned.at_end());
    Reader as_signed(wire::span(form));
    EXPECT_EQ(as_signed.signed_integer(), 4);
    EXPECT_TRUE(as_signed.ok() && as_signed.at_end());
  }
}

TEST(Reader, NegativeIntegersAreTakenInEveryLegalForm) {
  for (const auto& form : {bytes({0xfe}), bytes({0xd0, 0xfe}), bytes({0xd1, 0xff, 0xfe}), bytes({0xd2, 0xff, 0xff, 0xff, 0xfe}),
                           bytes({0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe})}) {
    Reader as_signed(wire::span(form));
    EXPECT_EQ(as_signed.signed_integer(), -2);
    EXPECT_TRUE(as_signed.ok() && as_signed.at_end());
    Reader as_unsigned(wire::span(form));
    as_unsigned.unsigned_integer();
    EXPECT_FALSE(as_unsigned.ok());
  }
}

TEST(Reader, TheEndsOfTheRangeAreExact) {
  EXPECT_EQ(Reader(wire::span(bytes({0xcf, 255, 255, 255, 255, 255, 255, 255, 255}))).unsigned_integer(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(Reader(wire::span(bytes({0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0}))).signed_integer(), std::numeric_limits<std::int64_t>::min());
  const std::string large = bytes({0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0});
  Reader too_large(wire::span(large));
  EXPECT_EQ(too_large.signed_integer(), 0);
  EXPECT_STREQ(too_large.error(), "a number is too large");
}

TEST(Reader, ANumberThatIsNotFiniteIsRefused) {
  for (const auto& form : {bytes({0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0}), bytes({0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0}),
                           bytes({0xcb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0}), bytes({0xca, 0x7f, 0xc0, 0, 0}), bytes({0xca, 0xff, 0x80, 0, 0})}) {
    Reader reader(wire::span(form));
    EXPECT_EQ(reader.real(), 0);
    EXPECT_STREQ(reader.error(), "a number is not finite");
  }
}

TEST(Reader, ARealMayBeAFloatOrAnInteger) {
  EXPECT_EQ(Reader(wire::span(bytes({0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0}))).real(), 1.5);
  EXPECT_EQ(Reader(wire::span(bytes({0xca, 0x3f, 0xc0, 0, 0}))).real(), 1.5);
  EXPECT_EQ(Reader(wire::span(bytes({0xff}))).real(), -1);
  EXPECT_EQ(Reader(wire::span(bytes({0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0}))).real(), 9223372036854775808.0);
}

TEST(Reader, ACountBeyondTheBytesAtHandIsNotBelieved) {
  for (const auto& bomb : {bytes({0xdd, 0xff, 0xff, 0xff, 0xff}), bytes({0xdc, 0, 2, 0xc0}), bytes({0x92, 0xc0})}) {
    Reader reader(wire::span(bomb));
    EXPECT_EQ(reader.array(), 0u);
    EXPECT_STREQ(reader.error(), "it claims more elements than it has bytes");
  }
  const std::string pairs = bytes({0xdf, 0x80, 0, 0, 0, 0xc0, 0xc0});
  Reader reader(wire::span(pairs));
  EXPECT_EQ(reader.map(), 0u);
  EXPECT_FALSE(reader.ok());
}

TEST(Reader, SkipPassesOverEveryForm) {
  const std::string all =
      bytes({0xdc, 0,    24,   0x7f, 0xe0, 0xc0, 0xc2, 0xc3, 0xcc, 1,   0xcd, 1,    1,   0xce, 1,    1,    1, 1, 0xd0, 1, 0xd1,
             1,    1,    0xca, 1,    1,    1,    1,    0xd4, 5,    1,   0xd5, 5,    1,   1,    0xd6, 5,    1, 1, 1,    1, 0xc7,
             1,    5,    1,    0xc8, 0,    1,    5,    1,    0xc9, 0,   0,    0,    1,   5,    1,    0xc4, 1, 1, 0xc5, 0, 1,
             1,    0xa1, 'a',  0xd9, 1,    'a',  0xda, 0,    1,    'a', 0x81, 0xa1, 'k', 0x91, 1,    0xde, 0, 0});
  Reader reader(wire::span(all));
  reader.skip();
  EXPECT_TRUE(reader.ok() && reader.at_end()) << reader.error();
  for (std::size_t size = 0; size < all.size(); ++size) {
    Reader cut(wire::span(std::string_view(all).substr(0, size)));
    cut.skip();
    EXPECT_FALSE(cut.ok()) << size;
  }
}

TEST(Reader, TheByteThatMsgpackNeverUsesIsRefused) {
  const std::string never = bytes({0xc1});
  Reader reader(wire::span(never));
  reader.skip();
  EXPECT_STREQ(reader.error(), "it has a byte that msgpack does not know");
}

TEST(Reader, SkipsSixteenLevelsAndNoMore) {
  const std::string deep = std::string(16, '\x91') + '\xc0';
  Reader reader(wire::span(deep));
  reader.skip();
  EXPECT_TRUE(reader.ok() && reader.at_end());
  const std::string too_deep = '\x91' + deep;
  Reader refusing(wire::span(too_deep));
  refusing.skip();
  EXPECT_STREQ(refusing.error(), "it is nested too deeply");
}

TEST(Reader, AMebibyteOfNestedArraysIsRefused) {
  const std::string nested(1 << 20, '\x91');
  Reader reader(wire::span(nested));
  reader.skip();
  EXPECT_STREQ(reader.error(), "it is nested too deeply");
}

TEST(Reader, AfterTheFirstErrorEverythingIsZeroAndTheErrorStays) {
  const std::string text = bytes({0xa1, 'a', 7, 7, 7});
  Reader reader(wire::span(text));
  EXPECT_EQ(reader.unsigned_integer(), 0u);
  const std::string first = reader.error();
  EXPECT_EQ(reader.unsigned_integer(), 0u);
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.array(), 0u);
  EXPECT_FALSE(reader.nil());
  reader.fail("another");
  EXPECT_EQ(reader.error(), first);
}

TEST(Reader, MemoryIsGivenUpToTheAllowance) {
  Reader reader({}, 100);
  reader.charge(3, 30);
  EXPECT_EQ(reader.memory_left(), 10u);
  reader.charge(std::numeric_limits<std::size_t>::max(), 8);
  EXPECT_STREQ(reader.error(), "it would take too much memory");
}

}  // namespace
}  // namespace loads::proto
