#include "engine/session/cookie_date.h"

#include <gtest/gtest.h>

namespace loads::session {
namespace {

std::int64_t seconds(std::string_view text) {
  const auto date = parse_cookie_date(text);
  return date ? date->time_since_epoch().count() : -1;
}

TEST(CookieDate, IsReadInAllItsForms) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "06 nov 1994 08:49:37",
        "Nov 06 1994 8:49:37", "1994 November 6th 08:49:37PST", "Sun, 06-Nov-1994 08:49:37 GMT", "6 Nov 1994 8:49:37.5 +0200"}) {
    EXPECT_EQ(seconds(text), 784111777) << text;
  }
}

TEST(CookieDate, HasYearsOfTwoDigits) {
  EXPECT_EQ(seconds("1 Jan 70 00:00:01"), 1);
  EXPECT_EQ(seconds("1 Jan 69 00:00:00"), 3124224000);
  EXPECT_EQ(seconds("31 Dec 99 23:59:59"), 946684799);
}

TEST(CookieDate, BeyondTheClocksIsADateToo) { EXPECT_EQ(seconds("31 Dec 9999 23:59:59"), 253402300799); }

TEST(CookieDate, IsNotMadeUp) {
  for (const char* text : {"", "tomorrow", "06 Nov 1994", "08:49:37", "06 Nov 08:49:37", "32 Jan 2000 00:00:00", "31 Feb 2000 00:00:00",
                           "1 Jan 1600 00:00:00", "1 Jan 2000 24:00:00", "1 Jan 2000 00:60:00", "1 Jan 2000 00:00:60",
                           "0 Jan 2000 00:00:00", "1 Jan 20000 00:00:00", "\xff\xff", "1 Jan 2000 000:00:00"}) {
    EXPECT_FALSE(parse_cookie_date(text)) << text;
  }
}

}  // namespace
}  // namespace loads::session
