#include "engine/session/set_cookie.h"

#include <gtest/gtest.h>

namespace loads::session {
namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'000'000'000)};

SetCookie parse(std::string_view text) {
  auto cookie = parse_set_cookie(text, kNow);
  EXPECT_TRUE(cookie) << text;
  return cookie.value_or(SetCookie{});
}

TEST(SetCookie, HasANameAndAValue) {
  const SetCookie cookie = parse("id=abc");
  EXPECT_EQ(cookie.name, "id");
  EXPECT_EQ(cookie.value, "abc");
  EXPECT_EQ(cookie.domain + cookie.path, "");
  EXPECT_FALSE(cookie.expires || cookie.secure || cookie.http_only);
}

TEST(SetCookie, KeepsWhatIsInTheValue) {
  EXPECT_EQ(parse("a = \"x = y\" ; Path=/").value, "\"x = y\"");
  EXPECT_EQ(parse("a=b=c==").value, "b=c==");
  EXPECT_EQ(parse("a=").value, "");
  EXPECT_EQ(parse("=b").value, "b");
  EXPECT_EQ(parse("b").value, "b");
  EXPECT_EQ(parse("b").name, "");
  EXPECT_EQ(parse("a=\xc3\xa9").value, "\xc3\xa9");
}

TEST(SetCookie, HasItsAttributesInAnyCase) {
  const SetCookie cookie = parse("id=abc;DOMAIN=.Example.COM ; path = /shop;SECURE;  HttpOnly=whatever; SameSite=None; Priority=High");
  EXPECT_EQ(cookie.domain, "example.com");
  EXPECT_EQ(cookie.path, "/shop");
  EXPECT_TRUE(cookie.secure);
  EXPECT_TRUE(cookie.http_only);
}

TEST(SetCookie, TheLastOfAnAttributeCounts) {
  EXPECT_EQ(parse("a=b; path=/x; path=/y").path, "/y");
  EXPECT_EQ(parse("a=b; path=/x; path=y").path, "");
  EXPECT_EQ(parse("a=b; domain=x.com; domain=y.com").domain, "y.com");
}

TEST(SetCookie, EndsWhenItsAgeSays) {
  EXPECT_EQ(parse("a=b; Max-Age=60").expires, kNow + std::chrono::seconds(60));
  EXPECT_EQ(parse("a=b; Max-Age=60; Expires=Sun, 06 Nov 1994 08:49:37 GMT").expires, kNow + std::chrono::seconds(60));
  EXPECT_LE(*parse("a=b; Max-Age=0").expires, kNow);
  EXPECT_LE(*parse("a=b; Max-Age=-1").expires, kNow);
  EXPECT_LE(*parse("a=b; Max-Age=-99999999999999999999999").expires, kNow);
  EXPECT_EQ(parse("a=b; Max-Age=99999999999999999999999").expires, kNow + std::chrono::days(400));
  for (const char* none : {"a=b; Max-Age=", "a=b; Max-Age=1h", "a=b; Max-Age=+5", "a=b; Max-Age=-", "a=b; Expires=soon"}) {
    EXPECT_FALSE(parse(none).expires) << none;
  }
}

TEST(SetCookie, EndsWhenItsDateSays) {
  EXPECT_EQ(parse("a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT").expires, std::chrono::sys_seconds(std::chrono::seconds(784111777)));
  EXPECT_EQ(parse("a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT").expires, kNow + std::chrono::days(400));
}

TEST(SetCookie, IsNoneWhenItIsEmptyLargeOrHasControlCharacters) {
  for (const std::string& text : {std::string(), std::string("="), std::string(" ; Path=/"), std::string("a=b\x01"),
                                  std::string("a=b; path=/\x7f"), std::string("a=\0b", 4), "a=" + std::string(4096, 'x')}) {
    EXPECT_FALSE(parse_set_cookie(text, kNow)) << text.substr(0, 20);
  }
  EXPECT_TRUE(parse_set_cookie("a=" + std::string(4095, 'x'), kNow));
}

TEST(SetCookie, PassesOverAnAttributeThatIsTooLarge) { EXPECT_EQ(parse("a=b; path=/x; path=/" + std::string(1024, 'y')).path, "/x"); }

}  // namespace
}  // namespace loads::session
