#include "common/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace loads {
namespace {

using namespace std::string_literals;

// What the checker says of the text in one piece and byte by byte, which must be the same.
bool whole(std::string_view text) {
  Utf8 slow;
  bool good = true;
  for (std::size_t at = 0; at < text.size() && good; ++at) good = slow.take(text.substr(at, 1));
  EXPECT_EQ(good && slow.is_whole(), is_utf8(text));
  return is_utf8(text);
}

TEST(Utf8, TextInManyLanguagesIsValid) {
  for (const char* text : {"", "plain", "Hello-\xc2\xb5@\xc3\x9f\xc3\xb6\xc3\xa4\xc3\xbc\xc3\xa0\xc3\xa1-UTF-8!!",
                           "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf",
                           "\xf0\x90\x80\x80", "\xef\xbf\xbf", "\xf0\x9f\x98\x80 and some more text"}) {
    EXPECT_TRUE(whole(text)) << text;
  }
  EXPECT_TRUE(whole("a\0b"s));
}

TEST(Utf8, WhatIsNoCharacterIsNot) {
  const char* const wrong[] = {
      "\x80",  // a continuation by itself
      "\xc0\xaf",
      "\xc1\xbf",  // "/" and 0x7f in two bytes
      "\xe0\x9f\xbf",
      "\xf0\x8f\xbf\xbf",  // too long a form
      "\xed\xa0\x80",
      "\xed\xbf\xbf",      // surrogates
      "\xf4\x90\x80\x80",  // U+110000
      "\xf8\x88\x80\x80\x80",
      "\xfe",
      "\xff",
      "\xc3\x28",
      "\xe2\x28\xa1",
      "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80\x65",
  };
  for (const char* text : wrong) EXPECT_FALSE(whole(text)) << testing::PrintToString(text);
}

// In so many bytes, needed or not.
std::string encoded(std::uint32_t point, unsigned bytes) {
  if (bytes == 1) return {static_cast<char>(point)};
  std::string text(bytes, ' ');
  for (unsigned at = bytes - 1; at > 0; --at, point >>= 6U) text[at] = static_cast<char>(0x80U | (point & 0x3fU));
  text[0] = static_cast<char>((0xff00U >> bytes & 0xffU) | point);
  return text;
}

TEST(Utf8, EveryCharacterIsValidInItsShortestFormAlone) {
  const std::uint32_t ends[] = {0, 0x80, 0x800, 0x10000, 0x200000};  // of what fits into so many bytes
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    const bool surrogate = point >= 0xd800 && point < 0xe000;
    for (unsigned bytes = 1; bytes <= 4; ++bytes) {
      if (point >= ends[bytes]) continue;
      const bool valid = !surrogate && point <= 0x10ffff && point >= ends[bytes - 1];
      ASSERT_EQ(is_utf8(encoded(point, bytes)), valid) << point << " in " << bytes << " bytes";
    }
  }
}

TEST(Utf8, AnUnfinishedCharacterIsNotWhole) {
  Utf8 checker;
  EXPECT_TRUE(checker.take("1234567890\xf0\x9f"));
  EXPECT_FALSE(checker.is_whole());
  EXPECT_TRUE(checker.take("\x98"));
  EXPECT_TRUE(checker.take("\x80"));
  EXPECT_TRUE(checker.is_whole());
}

TEST(Utf8, ABadByteIsFoundWhereverItStands) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'x');
    text[at] = '\xff';
    EXPECT_FALSE(whole(text)) << at;
  }
}

TEST(Utf8, TheByteThatCannotBeRightIsRefusedAtOnce) {
  Utf8 checker;
  EXPECT_TRUE(checker.take("\xf4"));
  EXPECT_FALSE(checker.take("\x90"));
}

}  // namespace
}  // namespace loads
