#include "engine/coding/charset.h"

#include <gtest/gtest.h>

namespace loads::coding {
namespace {

using namespace std::string_view_literals;

TEST(Charset, IsNamedByTheContentType) {
  EXPECT_EQ(charset_of("text/html; charset=ISO-8859-1"), "ISO-8859-1");
  EXPECT_EQ(charset_of("text/html;CHARSET=\"koi8-r\"; x=y"), "koi8-r");
  EXPECT_EQ(charset_of("text/html; charset=utf-8 ; x"), "utf-8");
  for (const char* none : {"", "text/html", "text/html; charset=", "text/html; charset", "text/html; charset=\""})
    EXPECT_EQ(charset_of(none), "") << none;
}

TEST(Charset, IsForeignWhenItIsKnownAndNoUtf8) {
  EXPECT_TRUE(is_foreign("ISO-8859-1"));
  EXPECT_TRUE(is_foreign("Shift_JIS"));
  for (const char* own : {"", "utf-8", "UTF8", "us-ascii", "klingon", "ISO-2022-CN-EXT", "utf-16//TRANSLIT", "../x"})
    EXPECT_FALSE(is_foreign(own)) << own;
}

TEST(Charset, BecomesUtf8) {
  EXPECT_EQ(to_utf8("iso-8859-1", "caf\xe9"), "caf\xc3\xa9");
  EXPECT_EQ(to_utf8("windows-1252", "\x80 5"), "\xe2\x82\xac 5");
  EXPECT_EQ(to_utf8("koi8-r", "\xcd\xc9\xd2"), "\xd0\xbc\xd0\xb8\xd1\x80");
  EXPECT_EQ(to_utf8("shift_jis", "\x93\xfa"), "\xe6\x97\xa5");
  EXPECT_EQ(to_utf8("utf-16le", "h\0i\0"sv), "hi");
  EXPECT_EQ(to_utf8("utf-8", "caf\xe9"), "caf\xe9") << "none of its business";
  EXPECT_EQ(to_utf8("iso-8859-1", ""), "");
}

TEST(Charset, HasAReplacementForWhatIsNoCharacter) {
  EXPECT_EQ(to_utf8("windows-1252", "a\x81z"), "a\xef\xbf\xbdz");
  EXPECT_EQ(to_utf8("shift_jis", "a\x93"), "a\xef\xbf\xbd") << "cut off";
  EXPECT_EQ(to_utf8("utf-16le", "h\0i"sv), "h\xef\xbf\xbd");
}

TEST(Charset, ConvertsLargeTextsWhole) {
  std::string expected;
  for (int i = 0; i < 10'000; ++i) expected += "\xc3\xa9";
  EXPECT_EQ(to_utf8("iso-8859-1", std::string(10'000, '\xe9')), expected);
}

}  // namespace
}  // namespace loads::coding
