#include "engine/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace loads::http {
namespace {

using testing::HasSubstr;
using testing::Not;

Url parsed(std::string_view text) {
  const UrlResult result = parse_url(text);
  EXPECT_EQ(result.error, "") << text;
  return result.url;
}

std::string resolved(std::string_view base, std::string_view reference) {
  const UrlResult result = resolve_url(parsed(base), reference);
  return result ? result.url.str() : "error: " + result.error;
}

TEST(Url, IsDividedIntoItsParts) {
  const Url url = parsed("https://tarek:s3cret@Example.COM:8443/a/b?q=1&r=2#there");
  EXPECT_EQ(url.scheme, Scheme::https);
  EXPECT_EQ(url.userinfo, "tarek:s3cret");
  EXPECT_EQ(url.host, "example.com");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/a/b");
  EXPECT_EQ(url.query, "q=1&r=2");
}

TEST(Url, HasTheDefaultPortOfItsScheme) {
  EXPECT_EQ(parsed("http://h").port, 80);
  EXPECT_EQ(parsed("ws://h").port, 80);
  EXPECT_EQ(parsed("https://h").port, 443);
  EXPECT_EQ(parsed("WSS://h").port, 443);
  EXPECT_EQ(parsed("http://h:/x").port, 80);
}

TEST(Url, WithoutAPathAsksForTheRoot) {
  EXPECT_EQ(parsed("http://h").target(), "/");
  EXPECT_EQ(parsed("http://h?q").target(), "/?q");
  EXPECT_EQ(parsed("http://h?").target(), "/");
  EXPECT_EQ(parsed("http://h#top").target(), "/");
}

TEST(Url, LeavesTheDefaultPortOutOfTheHostHeader) {
  EXPECT_EQ(parsed("http://localhost:80/").authority(), "localhost");
  EXPECT_EQ(parsed("http://localhost:443/").authority(), "localhost:443");
  EXPECT_EQ(parsed("https://localhost:443/").authority(), "localhost");
  EXPECT_EQ(parsed("http://localhost:9200/").authority(), "localhost:9200");
}

TEST(Url, KeepsAnIpv6AddressInBrackets) {
  const Url url = parsed("http://[2001:DB8::1]:9200/x");
  EXPECT_EQ(url.host, "2001:db8::1");
  EXPECT_EQ(url.authority(), "[2001:db8::1]:9200");
  EXPECT_EQ(url.str(), "http://[2001:db8::1]:9200/x");
  EXPECT_EQ(parsed("http://[::1]").authority(), "[::1]");
}

TEST(Url, DoesNotShowItsPassword) {
  EXPECT_EQ(parsed("http://tarek:s3cret@h/x").str(), "http://h/x");
  EXPECT_THAT(parse_url("http://tarek:s3cret@h:99999/x").error, Not(HasSubstr("s3cret")));
  EXPECT_THAT(parse_url("http://tarek:s3@cret@h/x").error, Not(HasSubstr("cret")));
}

TEST(Url, PercentEncodesWhatMayNotBeInAPathOrQuery) {
  EXPECT_EQ(parsed("http://h/a b").target(), "/a%20b");
  EXPECT_EQ(parsed("http://h/caf\xc3\xa9?q=\xe2\x82\xac").target(), "/caf%C3%A9?q=%E2%82%AC");
  EXPECT_EQ(parsed("http://h/\"<>\\^`{|}[]\t\x7f").target(), "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D%09%7F");
  EXPECT_EQ(parsed("http://h/-._~!$&'()*+,;=:@?/?-._~!$&'()*+,;=:@").target(), "/-._~!$&'()*+,;=:@?/?-._~!$&'()*+,;=:@");
}

TEST(Url, KeepsWhatIsEncodedAlready) {
  EXPECT_EQ(parsed("http://h/%20%c3%A9/%2F?a=%26").target(), "/%20%c3%A9/%2F?a=%26");
  EXPECT_EQ(parsed("http://h/100%").target(), "/100%25");
  EXPECT_EQ(parsed("http://h/%zz%4?%").target(), "/%25zz%254?%25");
}

TEST(Url, ResolvedAgainstItsOwnResultStaysTheSame) {
  const Url url = parsed("http://h/a b/%zz?\xff#x");
  EXPECT_EQ(parsed(url.str()), url);
}

TEST(Url, CannotCarryALineIntoTheRequestHead) {
  using namespace std::literals;
  const auto bad = {"http://h/\r\nX: 1"sv, "http://h/?q=\n"sv, "http://h\r/"sv, "http://h/\0"sv, "http://u\n@h/"sv, "http://h/#\n"sv};
  for (const std::string_view text : bad) {
    EXPECT_THAT(parse_url(text).error, HasSubstr("line break")) << text;
    EXPECT_THAT(resolve_url(parsed("http://h/"), text).error, HasSubstr("line break")) << text;
  }
  EXPECT_THAT(resolve_url(parsed("http://h/"), "/a\r\nb").error, HasSubstr("character 3"));
}

TEST(Url, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"", "begins with none of http://"},
      {"localhost/x", "'localhost/x' is no URL"},
      {"localhost:9200/x", "'localhost:9200/x' is no URL"},
      {"//localhost/x", "is no URL"},
      {"/x", "is no URL"},
      {"ftp://h/x", "'ftp' is no scheme"},
      {"httpx://h/x", "'httpx' is no scheme"},
      {"http:/h/x", "has no host"},
      {"http:x", "has no host"},
      {"http://", "the host is missing"},
      {"http:///x", "the host is missing"},
      {"http://:80/x", "the host is missing"},
      {"http://u@/x", "the host is missing"},
      {"http://h:0/", "is no port"},
      {"http://h:65536/", "is no port"},
      {"http://h:8o/", "is no port"},
      {"http://h:+80/", "is no port"},
      {"http://h:-1/", "is no port"},
      {"http://h:1:2/", "is no port"},
      {"http://h:99999999999999999999/", "is no port"},
      {"http://a b/", "'a b' is no host name"},
      {"http://a%41/", "is no host name"},
      {"http://a\\b/", "is no host name"},
      {"http://a..b/", "a part of it is empty"},
      {"http://.a/", "a part of it is empty"},
      {"http://caf\xc3\xa9/", "xn--"},
      {"http://1.2.3.400/", "is no IPv4 address"},
      {"http://127.1/", "is no IPv4 address"},
      {"http://[::1/", "\"]\""},
      {"http://[::g]/", "'::g' is no IPv6 address"},
      {"http://[]/", "is no IPv6 address"},
      {"http://[127.0.0.1]/", "is no IPv6 address"},
      {"http://[fe80::1%25eth0]/", "is no IPv6 address"},
      {"http://[::1]x/", "cannot follow"},
      {"http://[::1]:x/", "is no port"},
      {"http://::1/", "the host is missing"},
      {"http://a@b@c/", "percent-encoded"},
      {"http://a b@c/", "percent-encoded"},
  };
  for (const auto& [text, error] : cases) EXPECT_THAT(parse_url(text).error, HasSubstr(error)) << text;
}

TEST(Url, OfAHostLongerThanADnsNameIsRefused) {
  EXPECT_TRUE(parse_url("http://" + std::string(253, 'a') + "/"));
  EXPECT_FALSE(parse_url("http://" + std::string(254, 'a') + "/"));
}

TEST(Url, ShowsControlCharactersAndLongTextsTamedInItsErrors) {
  EXPECT_THAT(parse_url("\x1b[31m").error, HasSubstr("'%1B[31m'"));
  EXPECT_LT(parse_url("http://" + std::string(10000, '!')).error.size(), 400u);
}

// RFC 3986, 5.4.1. Where the RFC keeps a fragment, we drop it.
TEST(UrlResolution, FollowsTheNormalExamplesOfTheRfc) {
  const std::string_view base = "http://a/b/c/d;p?q";
  EXPECT_EQ(resolved(base, "g"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, "./g"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, "g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved(base, "/g"), "http://a/g");
  EXPECT_EQ(resolved(base, "//g"), "http://g/");
  EXPECT_EQ(resolved(base, "?y"), "http://a/b/c/d;p?y");
  EXPECT_EQ(resolved(base, "g?y"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved(base, "#s"), "http://a/b/c/d;p?q");
  EXPECT_EQ(resolved(base, "g#s"), "http://a/b/c/g");
  EXPECT_EQ(resolved(base, "g?y#s"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved(base, ";x"), "http://a/b/c/;x");
  EXPECT_EQ(resolved(base, "g;x"), "http://a/b/c/g;x");
  EXPECT_EQ(resolved(base, "g;x?y#s"), "http://a/b/c/g;x?y");
  EXPECT_EQ(resolved(base, ""), "http://a/b/c/d;p?q");
  EXPECT_EQ(resolved(base, "."), "http://a/b/c/");
  EXPECT_EQ(resolved(base, "./"), "http://a/b/c/");
  EXPECT_EQ(resolved(base, ".."), "http://a/b/");
  EXPECT_EQ(resolved(base, "../"), "http://a/b/");
  EXPECT_EQ(resolved(base, "../g"), "http://a/b/g");
  EXPECT_EQ(resolved(base, "../.."), "http://a/");
  EXPECT_EQ(resolved(base, "../../"), "http://a/");
  EXPECT_EQ(resolved(base, "../../g"), "http://a/g");
}

// RFC 3986, 5.4.2.
TEST(UrlResolution, FollowsTheAbnormalExamplesOfTheRfc) {
  const std::string_view base = "http://a/b/c/d;p?q";
  EXPECT_EQ(resolved(base, "../../../g"), "http://a/g");
  EXPECT_EQ(resolved(base, "../../../../g"), "http://a/g");
  EXPECT_EQ(resolved(base, "/./g"), "http://a/g");
  EXPECT_EQ(resolved(base, "/../g"), "http://a/g");
  EXPECT_EQ(resolved(base, "g."), "http://a/b/c/g.");
  EXPECT_EQ(resolved(base, ".g"), "http://a/b/c/.g");
  EXPECT_EQ(resolved(base, "g.."), "http://a/b/c/g..");
  EXPECT_EQ(resolved(base, "..g"), "http://a/b/c/..g");
  EXPECT_EQ(resolved(base, "./../g"), "http://a/b/g");
  EXPECT_EQ(resolved(base, "./g/."), "http://a/b/c/g/");
  EXPECT_EQ(resolved(base, "g/./h"), "http://a/b/c/g/h");
  EXPECT_EQ(resolved(base, "g/../h"), "http://a/b/c/h");
  EXPECT_EQ(resolved(base, "g;x=1/./y"), "http://a/b/c/g;x=1/y");
  EXPECT_EQ(resolved(base, "g;x=1/../y"), "http://a/b/c/y");
  EXPECT_EQ(resolved(base, "g?y/./x"), "http://a/b/c/g?y/./x");
  EXPECT_EQ(resolved(base, "g?y/../x"), "http://a/b/c/g?y/../x");
  EXPECT_THAT(resolved(base, "g:h"), HasSubstr("error: 'g:h' is no URL"));
  EXPECT_THAT(resolved(base, "http:g"), HasSubstr("error: 'http:g' has no host"));
}

TEST(UrlResolution, TakesWhatAUserWritesInATest) {
  EXPECT_EQ(resolved("http://localhost:9200", "/"), "http://localhost:9200/");
  EXPECT_EQ(resolved("http://localhost:9200", "/search"), "http://localhost:9200/search");
  EXPECT_EQ(resolved("http://localhost:9200", "search?q=1"), "http://localhost:9200/search?q=1");
  EXPECT_EQ(resolved("https://localhost:9200/a/", "b c"), "https://localhost:9200/a/b%20c");
  EXPECT_EQ(resolved("https://h:9200/a", "//other/x"), "https://other/x");
  EXPECT_EQ(resolved("https://h:9200/a", "ws://other/x"), "ws://other/x");
  EXPECT_EQ(resolved("http://h/a?q=1", "?"), "http://h/a");
}

TEST(UrlResolution, RemovesDotSegmentsOfEveryShape) {
  EXPECT_EQ(parsed("http://h/a/./b/../c").path, "/a/c");
  EXPECT_EQ(parsed("http://h/..").path, "/");
  EXPECT_EQ(parsed("http://h/.").path, "/");
  EXPECT_EQ(parsed("http://h/a/..").path, "/");
  EXPECT_EQ(parsed("http://h/a/../../../b/").path, "/b/");
  EXPECT_EQ(parsed("http://h/...").path, "/...");
  EXPECT_EQ(parsed("http://h//a//../b").path, "//a/b");
  EXPECT_EQ(parsed("http://h/.//x").path, "//x");
}

TEST(UrlResolution, KeepsTheUserOnTheSameHostOnly) {
  const Url base = parsed("http://tarek:s3cret@h/x");
  EXPECT_EQ(resolve_url(base, "/y").url.userinfo, "tarek:s3cret");
  EXPECT_EQ(resolve_url(base, "//h2/y").url.userinfo, "");
  EXPECT_EQ(resolve_url(base, "http://h/y").url.userinfo, "");
}

TEST(UrlResolution, OverwritesAllOfAReusedUrl) {
  Url out = parsed("https://user@other:1234/long/path?query");
  EXPECT_EQ(resolve_url(parsed("http://h/"), "/x", out), "");
  EXPECT_EQ(out, parsed("http://h/x"));
}

TEST(Query, IsFormEncodedInTheOrderGiven) {
  const std::vector<std::pair<std::string, std::string>> parameters = {{"q", "two words"}, {"a&b", "x=y"},   {"caf\xc3\xa9", "1+1"},
                                                                       {"empty", ""},      {"safe", "-._~"}, {"q", "\r\n"}};
  EXPECT_EQ(encode_query(parameters), "q=two+words&a%26b=x%3Dy&caf%C3%A9=1%2B1&empty=&safe=-._~&q=%0D%0A");
  EXPECT_EQ(encode_query({}), "");
}

TEST(Query, IsAppendedToTheOneOfTheUrl) {
  const std::vector<std::pair<std::string, std::string>> one{{"a", "1 2"}};
  EXPECT_EQ(with_query("http://h/x", one), "http://h/x?a=1+2");
  EXPECT_EQ(with_query("/x?b=2#there", one), "/x?b=2&a=1+2");
  EXPECT_EQ(with_query("/x?", one), "/x?a=1+2");
  EXPECT_EQ(with_query("", one), "?a=1+2");
  EXPECT_EQ(with_query("/x?b=2", {}), "/x?b=2");
}

TEST(PercentDecoding, TakesOnlyWholeEscapes) {
  EXPECT_EQ(percent_decode("a%40b%3a%2F"), "a@b:/");
  EXPECT_EQ(percent_decode("100%"), "100%");
  EXPECT_EQ(percent_decode("%4"), "%4");
  EXPECT_EQ(percent_decode("%zz%41"), "%zzA");
}

}  // namespace
}  // namespace loads::http
