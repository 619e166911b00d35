#include "engine/session/cookie_jar.h"

#include <gtest/gtest.h>

#include <loads/error.h>

namespace loads::session {
namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'000'000'000)};

http::Url url(std::string_view text) {
  const auto parsed = http::parse_url(text);
  EXPECT_TRUE(parsed) << parsed.error;
  return parsed.url;
}

// A jar at a moment, spoken to as a browser is by servers.
struct Browser {
  CookieJar jar;
  std::chrono::sys_seconds now = kNow;

  void visit(std::string_view at, std::string_view set_cookie) { jar.store(url(at), set_cookie, now); }
  std::string sends(std::string_view to, const Pairs& own = {}) {
    std::string out;
    jar.append(url(to), own, now, out);
    return out;
  }
};

TEST(CookieJar, SendsACookieBackToItsHostAlone) {
  Browser browser;
  EXPECT_TRUE(browser.jar.empty());
  browser.visit("http://www.example.com/", "id=abc");
  EXPECT_FALSE(browser.jar.empty());
  EXPECT_EQ(browser.sends("http://www.example.com/"), "id=abc");
  EXPECT_EQ(browser.sends("https://www.example.com:8443/any/page?x"), "id=abc") << "ports and schemes share cookies";
  EXPECT_EQ(browser.sends("http://example.com/"), "");
  EXPECT_EQ(browser.sends("http://sub.www.example.com/"), "");
}

TEST(CookieJar, SendsACookieOfADomainToWhatIsBelowIt) {
  Browser browser;
  browser.visit("http://www.example.com/", "id=abc; Domain=Example.com");
  EXPECT_EQ(browser.sends("http://example.com/"), "id=abc");
  EXPECT_EQ(browser.sends("http://a.b.example.com/"), "id=abc");
  EXPECT_EQ(browser.sends("http://badexample.com/"), "");
  EXPECT_EQ(browser.sends("http://example.com.evil.net/"), "");
}

TEST(CookieJar, TakesNoneForAForeignDomain) {
  Browser browser;
  for (const char* domain :
       {"other.com", "sub.www.example.com", "ww.example.com", "xample.com", "com", ".com", "example.com.", "..", " "}) {
    browser.visit("http://www.example.com/", std::string("id=abc; Domain=") + domain);
    EXPECT_EQ(browser.sends("http://sub.www.example.com/"), "") << domain;
  }
}

TEST(CookieJar, TakesNoneForAPublicSuffix) {
  Browser browser;
  browser.visit("http://shop.co.uk/", "a=1; Domain=co.uk");
  browser.visit("http://someone.github.io/", "b=1; Domain=github.io");
  browser.visit("http://www.xn--55qx5d.cn/", "c=1; Domain=xn--55qx5d.cn");
  browser.visit("http://a.unlisted/", "d=1; Domain=unlisted");
  EXPECT_TRUE(browser.jar.empty());
  browser.visit("http://www.shop.co.uk/", "a=1; Domain=shop.co.uk");
  EXPECT_EQ(browser.sends("http://shop.co.uk/"), "a=1");
}

TEST(CookieJar, APublicSuffixMaySetOneForItself) {
  Browser browser;
  browser.visit("http://localhost/", "a=1; Domain=localhost");
  browser.visit("http://github.io/", "b=1; Domain=github.io");
  EXPECT_EQ(browser.sends("http://localhost:8080/"), "a=1");
  EXPECT_EQ(browser.sends("http://github.io/"), "b=1");
  EXPECT_EQ(browser.sends("http://someone.github.io/"), "");
}

TEST(CookieJar, AnAddressHasNoDomain) {
  Browser browser;
  browser.visit("http://127.0.0.1/", "a=1; Domain=127.0.0.1");
  browser.visit("http://127.0.0.1/", "b=1; Domain=0.0.1");
  browser.visit("http://[::1]:80/", "c=1");
  EXPECT_EQ(browser.sends("http://127.0.0.1/"), "a=1");
  EXPECT_EQ(browser.sends("http://[::1]/"), "c=1");
}

TEST(CookieJar, SendsACookieBelowItsPath) {
  Browser browser;
  browser.visit("http://x.org/", "id=1; Path=/shop");
  EXPECT_EQ(browser.sends("http://x.org/shop"), "id=1");
  EXPECT_EQ(browser.sends("http://x.org/shop/cart?a"), "id=1");
  EXPECT_EQ(browser.sends("http://x.org/shopping"), "");
  EXPECT_EQ(browser.sends("http://x.org/"), "");
}

TEST(CookieJar, ThePathIsThePagesFolderUnlessItIsSaid) {
  Browser browser;
  browser.visit("http://x.org/a/b/page", "id=1");
  browser.visit("http://x.org/page", "root=1; Path=relative");
  EXPECT_EQ(browser.sends("http://x.org/a/b/other"), "id=1; root=1");
  EXPECT_EQ(browser.sends("http://x.org/a/"), "root=1");
}

TEST(CookieJar, SendsTheLongestPathFirstThenTheOldest) {
  Browser browser;
  browser.visit("http://x.org/", "a=1; Path=/");
  browser.visit("http://x.org/", "b=2; Path=/deep");
  browser.visit("http://x.org/", "c=3; Path=/");
  browser.visit("http://x.org/", "a=4; Path=/");
  EXPECT_EQ(browser.sends("http://x.org/deep/er"), "b=2; a=4; c=3") << "one that is set again keeps its place";
}

TEST(CookieJar, SecureOnesAreSetAndSentOverHttpsAlone) {
  Browser browser;
  browser.visit("http://x.org/", "a=1; Secure");
  EXPECT_TRUE(browser.jar.empty());
  browser.visit("https://x.org/", "a=1; Secure");
  EXPECT_EQ(browser.sends("http://x.org/"), "");
  EXPECT_EQ(browser.sends("https://x.org/"), "a=1");
  EXPECT_EQ(browser.sends("wss://x.org/"), "a=1");
}

TEST(CookieJar, HttpDoesNotReplaceASecureOne) {
  Browser browser;
  browser.visit("https://www.x.org/", "a=1; Secure; Domain=x.org; Path=/in");
  browser.visit("http://www.x.org/", "a=2; Path=/in/side");
  EXPECT_EQ(browser.sends("https://www.x.org/in/side"), "a=1");
  browser.visit("http://www.x.org/", "a=2; Path=/");
  EXPECT_EQ(browser.sends("https://www.x.org/in/side"), "a=1; a=2") << "that is another cookie";
}

TEST(CookieJar, NamesKeepTheirPromises) {
  Browser browser;
  for (const char* broken :
       {"__Secure-a=1", "__host-a=1; Secure", "__Host-a=1; Secure; Path=/in", "__Host-a=1; Secure; Path=/; Domain=x.org",
        "__Host-a=1; Path=/", "=__Host-a=1; Secure; Path=/", "__Secure-a"}) {
    browser.visit("https://x.org/", broken);
    EXPECT_TRUE(browser.jar.empty()) << broken;
  }
  browser.visit("https://x.org/", "__Secure-a=1; Secure; Domain=x.org");
  browser.visit("https://x.org/", "__Host-b=2; Secure; Path=/");
  EXPECT_EQ(browser.sends("https://x.org/"), "__Secure-a=1; __Host-b=2");
}

TEST(CookieJar, ForgetsWhatHasExpired) {
  Browser browser;
  browser.visit("http://x.org/", "a=1; Max-Age=60");
  browser.visit("http://x.org/", "b=2; Max-Age=120");
  browser.now += std::chrono::seconds(60);
  EXPECT_EQ(browser.sends("http://x.org/"), "b=2");
  EXPECT_EQ(browser.jar.list(browser.now).size(), 1U);
  browser.visit("http://x.org/", "b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(browser.sends("http://x.org/"), "");
}

TEST(CookieJar, IsBoundedForEachDomain) {
  Browser browser;
  browser.visit("http://x.org/", "first=1");
  browser.visit("http://other.org/", "other=1");
  for (std::size_t i = 0; i < 1000; ++i) {
    browser.visit("http://x.org/in/", "c" + std::to_string(i) + "=1");
    browser.sends("http://x.org/");  // uses the first one
  }
  EXPECT_EQ(browser.jar.list(kNow).size(), CookieJar::kMostOfADomain + 1);
  EXPECT_EQ(browser.sends("http://x.org/"), "first=1");
  EXPECT_EQ(browser.sends("http://other.org/"), "other=1");
}

TEST(CookieJar, IsBoundedAltogether) {
  Browser browser;
  for (std::size_t i = 0; i < CookieJar::kMost + 100; ++i) browser.visit("http://host" + std::to_string(i) + ".org/", "a=1");
  EXPECT_EQ(browser.jar.list(kNow).size(), CookieJar::kMost);
  EXPECT_EQ(browser.sends("http://host99.org/"), "");
  EXPECT_EQ(browser.sends("http://host100.org/"), "a=1");
}

TEST(CookieJar, WhatATestSetsGoesWhereItSays) {
  Browser browser;
  browser.jar.set({.name = "everywhere", .value = "1"}, kNow);
  browser.jar.set({.name = "there", .value = "2", .domain = ".X.org", .path = "in"}, kNow);
  EXPECT_EQ(browser.sends("http://127.0.0.1/"), "everywhere=1");
  EXPECT_EQ(browser.sends("http://www.x.org/in"), "there=2; everywhere=1");
  browser.jar.erase("everywhere");
  EXPECT_EQ(browser.sends("http://127.0.0.1/in"), "");
  browser.jar.clear();
  EXPECT_TRUE(browser.jar.empty());
}

TEST(CookieJar, ARequestsOwnTakesThePlaceOfThoseOfItsName) {
  Browser browser;
  browser.visit("http://x.org/", "a=1");
  browser.visit("http://x.org/", "b=2");
  EXPECT_EQ(browser.sends("http://x.org/", {{"a", "mine"}}), "b=2");
}

TEST(CookieJar, RefusesATestsOwnThatWouldBreakItsHeader) {
  CookieJar jar;
  EXPECT_THROW(jar.set({.name = "a", .value = "1\r\nX: y"}, kNow), InvalidRequest);
  EXPECT_THROW(jar.set({.name = "a=b", .value = "1"}, kNow), InvalidRequest);
  EXPECT_THROW(jar.set({.name = "a", .value = "1;2"}, kNow), InvalidRequest);
  EXPECT_THROW(jar.set({}, kNow), InvalidRequest);
  EXPECT_TRUE(jar.empty());
}

}  // namespace
}  // namespace loads::session
