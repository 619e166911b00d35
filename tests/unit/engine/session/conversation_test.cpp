#include "engine/session/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <loads/error.h>

#include "unit/engine/session/site.h"

namespace loads::session {
namespace {

using support::message_of;
using testing::HasSubstr;

TEST(Conversation, KeepsTheCookiesOfEveryAnswer) {
  Site site;
  Visitor visitor;
  site.page("/set", "404 Not Found\r\nSet-Cookie: a=1\r\nset-cookie: b=2; Path=/deep\r\nSet-Cookie: =");
  const Response response = visitor.get(site.url("/set"));
  EXPECT_EQ(header(site.last(), "Cookie"), "none");
  visitor.get(site.url("/deep"));
  EXPECT_EQ(header(site.last(), "Cookie"), "b=2; a=1");
  visitor.get(site.elsewhere("/deep"));
  EXPECT_EQ(header(site.last(), "Cookie"), "none");
  EXPECT_EQ(visitor.harness().context.answers.take_unread_statuses().size(), 0U) << "the answer is held";
  EXPECT_EQ(response.cookies().size(), 2U);
  EXPECT_EQ(response.cookie("b"), "2");
  EXPECT_EQ(response.cookies()[1].path, "/deep");
}

TEST(Conversation, SendsTheCookiesOfOneRequestOnce) {
  Site site;
  Visitor visitor;
  visitor.request("GET", site.url(), {.cookies = {{"a", "1"}, {"b", "2"}}});
  EXPECT_EQ(header(site.last(), "Cookie"), "a=1; b=2");
  visitor.get(site.url());
  EXPECT_EQ(header(site.last(), "Cookie"), "none");
  EXPECT_THROW(visitor.request("GET", site.url(), {.cookies = {{"a", "1;2"}}}), InvalidRequest);
}

TEST(Conversation, AHeaderOfTheTestIsTheOnlyCookie) {
  Site site;
  Visitor visitor;
  visitor.cookies().set({.name = "jar", .value = "1"}, {});
  visitor.request("GET", site.url(), {.headers = {{"cookie", "own=1"}}});
  EXPECT_EQ(header(site.last(), "cookie"), "own=1");
  EXPECT_EQ(header(site.last(), "Cookie"), "none");
}

TEST(Conversation, IsNotConfusedByAFloodOfCookies) {
  Site site;
  Visitor visitor;
  std::string head = "200 OK";
  for (int i = 0; i < 900; ++i) head += "\r\nSet-Cookie: name" + std::to_string(i) + "=some value";
  site.page("/flood", head);
  for (int i = 0; i < 3; ++i) visitor.get(site.url("/flood"));
  EXPECT_EQ(visitor.cookies().list({}).size(), CookieJar::kMostOfADomain);
}

TEST(Conversation, SaysWhoItIs) {
  Site site;
  Visitor visitor;
  visitor.request("GET", site.url(), {.auth = {"Aladdin", "open sesame"}});
  EXPECT_EQ(header(site.last(), "Authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  visitor.conversation().set_auth(BearerAuth("token"));
  visitor.get(site.url());
  EXPECT_EQ(header(site.last(), "Authorization"), "Bearer token");
  visitor.request("GET", site.url(), {.auth = BasicAuth("a", "b")});
  EXPECT_EQ(header(site.last(), "Authorization"), "Basic YTpi");
  visitor.request("GET", site.url(), {.headers = {{"Authorization", "own"}}});
  EXPECT_EQ(header(site.last(), "Authorization"), "own");
  visitor.conversation().set_auth({});
  visitor.get(site.url());
  EXPECT_EQ(header(site.last(), "Authorization"), "none");
  EXPECT_THROW(visitor.request("GET", site.url(), {.auth = BearerAuth("a\r\nb")}), InvalidRequest);
}

TEST(Conversation, LooksPasswordsUp) {
  Site site;
  Visitor visitor({.netrc = std::make_shared<const Netrc>(Netrc::parse("machine 127.0.0.1 login a password b", ""))});
  visitor.get(site.url());
  EXPECT_EQ(header(site.last(), "Authorization"), "Basic YTpi");
  visitor.get(site.elsewhere());
  EXPECT_EQ(header(site.last(), "Authorization"), "none");
  site.page("/back", "302 Found\r\nLocation: " + site.url());
  visitor.get(site.elsewhere("/back"));
  EXPECT_EQ(header(site.last(), "Authorization"), "Basic YTpi");
}

class DigestAtAServer : public testing::Test {
 protected:
  DigestAtAServer() {
    site_.page("/in", [this](const std::string& request) {
      const std::string said = header(request, "Authorization");
      if (said.find("nonce=\"" + nonce_ + "\"") != std::string::npos && said.find("uri=\"/in\"") != std::string::npos)
        return Site::answer("200 OK", "in");
      const bool old = said.starts_with("Digest") && said.find("old") != std::string::npos;
      return Site::answer(
          "401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nWWW-Authenticate: Digest realm=\"x\", qop=\"auth\", nonce=\"" + nonce_ +
          "\"" + (old ? ", stale=true" : ""));
    });
  }

  std::string nonce_ = "old1";
  Site site_;
  Visitor visitor_;
};

TEST_F(DigestAtAServer, AnswersTheQuestionAndThenInAdvance) {
  visitor_.conversation().set_auth(DigestAuth("anna", "word"));
  const Response first = visitor_.get(site_.url("/in"));
  EXPECT_EQ(first.text(), "in");
  ASSERT_EQ(first.history().size(), 1U);
  EXPECT_EQ(first.history()[0].status_code(), 401);
  EXPECT_THAT(header(site_.last(), "Authorization"), HasSubstr("nc=00000001"));
  EXPECT_TRUE(visitor_.get(site_.url("/in")).history().empty());
  EXPECT_THAT(header(site_.last(), "Authorization"), HasSubstr("nc=00000002"));
  EXPECT_EQ(site_.requests().size(), 3U);
  EXPECT_EQ(visitor_.harness().stats("GET /in").answered, 3U);
}

TEST_F(DigestAtAServer, TakesANewNonceForAnOldOne) {
  const RequestOptions options{.auth = DigestAuth("anna", "word")};
  visitor_.request("GET", site_.url("/in"), options);
  nonce_ = "new";
  EXPECT_EQ(visitor_.request("GET", site_.url("/in"), options).text(), "in");
  EXPECT_EQ(site_.requests().size(), 4U);
}

TEST_F(DigestAtAServer, GivesUpWhenItIsRefused) {
  site_.page("/never", "401 Unauthorized\r\nWWW-Authenticate: Digest realm=x, nonce=1");
  EXPECT_EQ(visitor_.request("GET", site_.url("/never"), {.auth = DigestAuth("anna", "word")}).status_code(), 401);
  EXPECT_EQ(site_.requests().size(), 2U);
  site_.page("/stale", "401 Unauthorized\r\nWWW-Authenticate: Digest realm=x, nonce=1, stale=true");
  EXPECT_EQ(visitor_.request("GET", site_.url("/stale"), {.auth = DigestAuth("anna", "word")}).status_code(), 401);
  EXPECT_EQ(site_.requests().size(), 5U);
}

TEST_F(DigestAtAServer, IsNotAskedWithoutADigest) {
  EXPECT_EQ(visitor_.get(site_.url("/in")).status_code(), 401);
  EXPECT_EQ(visitor_.request("GET", site_.url("/in"), {.auth = {"anna", "word"}}).status_code(), 401);
  EXPECT_EQ(site_.requests().size(), 2U);
}

TEST(Conversation, UnpacksABodyWhenItIsRead) {
  Site site;
  Visitor visitor;
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xf3\x48\xcd\xc9\xc9\xd7\x51\x08\x4e\x4d\x2c\x4a\xce\x50\x04\x00\x86\x4f\xf2\xfe\x0e\x00\x00"
      "\x00",
      34);
  site.page("/gzip", "200 OK\r\nContent-Encoding: gzip", gzip);
  site.page("/twice", "200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: gzip", gzip);
  site.page("/unknown", "200 OK\r\nContent-Encoding: aes128gcm", gzip);
  site.page("/empty", "200 OK\r\nContent-Encoding: gzip");
  site.page("/corrupt", "200 OK\r\nContent-Encoding: gzip", "Hello");
  site.page("/cut", "200 OK\r\nContent-Encoding: gzip", gzip.substr(0, 20));
  const Response response = visitor.get(site.url("/gzip"));
  EXPECT_EQ(header(site.last(), "Accept-Encoding"), "gzip, deflate, br, zstd");
  EXPECT_EQ(response.text(), "Hello, Search!");
  EXPECT_TRUE(response.contains("Search"));
  EXPECT_EQ(response.size(), gzip.size());
  EXPECT_EQ(visitor.get(site.url("/twice")).text(), "Hello, Search!");
  EXPECT_EQ(visitor.get(site.url("/unknown")).text(), gzip);
  EXPECT_EQ(visitor.get(site.url("/empty")).text(), "");
  EXPECT_EQ(message_of<ContentDecodingError>([&] { visitor.get(site.url("/corrupt")).text(); }),
            "the body of " + site.url("/corrupt") + " cannot be unpacked: its gzip data is corrupt");
  EXPECT_THAT(message_of<ContentDecodingError>([&] { visitor.get(site.url("/cut")).text(); }), HasSubstr("is cut short"));
  EXPECT_THAT(message_of<ContentDecodingError>([&] { visitor.request("GET", site.url("/twice"), {.max_body = 40}).text(); }),
              "no exception");
  EXPECT_THAT(message_of<std::length_error>([&] { visitor.request("GET", site.url("/gzip"), {.max_body = 10}).text(); }),
              HasSubstr("34 bytes, of which 10"));
}

TEST(Conversation, ReadsTextsOfOtherCharsets) {
  Site site;
  Visitor visitor;
  site.page("/latin", "200 OK\r\nContent-Type: text/html; charset=ISO-8859-1", "caf\xe9");
  const Response response = visitor.get(site.url("/latin"));
  EXPECT_EQ(response.text(), "caf\xc3\xa9");
  EXPECT_EQ(response.content(), "caf\xe9");
  EXPECT_TRUE(response.contains("caf\xc3\xa9"));
  EXPECT_EQ(response.text().data(), response.text().data()) << "converted once";
  site.page("/none", "200 OK\r\nContent-Type: text/html", "caf\xe9");
  EXPECT_EQ(visitor.get(site.url("/none")).text(), "caf\xe9");
}

TEST(Conversation, UnpacksNoBombs) {
  Site site;
  Visitor visitor;
  // 50 MiB of zeros.
  const std::string bomb(
      "\xcb\xff\xff\x3f\x00\x24\x00\xe2\xb1\x40\x72\xef\xff\xf8\xff\xff\x07\x80\x04\x40\x1c\x16\x80\xee\xfd\x1f\xff\xff\xff\x00\x90\x00\x88"
      "\xc3"
      "\x02\xd0\xbd\xff\xe3\xff\xff\x1f\x00\x12\x00\x71\x58\x00\xba\xf7\x7f\xfc\xff\xff\x03\x40\x02\x20\x0e\x0b\x40\xf7\xfe\x8f\xff\xff\x7f"
      "\x00"
      "\x48\x00\xc4\x61\x01\xe8\xde\xff\xe5\xff\xff\x07\x00\x09\x80\x38\x2c\x00\xdd\xfb\x0f",
      89);
  site.page("/bomb", "200 OK\r\nContent-Encoding: br", bomb);
  EXPECT_EQ(message_of<ContentDecodingError>([&] { visitor.get(site.url("/bomb")).text(); }),
            "the body of " + site.url("/bomb") +
                " cannot be unpacked: its br data unpacks to more than 1048576 bytes, ask for more with .max_body");
  EXPECT_EQ(visitor.request("GET", site.url("/bomb"), {.max_body = 50U << 20U}).text().size(), 50U << 20U);
}

TEST(Conversation, RaisesForAStatusAsRequestsDoes) {
  Site site;
  Visitor visitor;
  site.page("/404", "404 Not Found");
  site.page("/500", "500 Oops");
  EXPECT_EQ(message_of<HttpError>([&] { visitor.get(site.url("/404")).raise_for_status(); }),
            "404 Client Error: Not Found for url: " + site.url("/404"));
  EXPECT_EQ(message_of<HttpError>([&] { visitor.get(site.url("/500")).raise_for_status(); }),
            "500 Server Error: Oops for url: " + site.url("/500"));
}

TEST(Conversation, APlainRequestSaysNothingMore) {
  Site site;
  Visitor visitor;
  const Response response = visitor.get(site.url("/page#part"));
  EXPECT_EQ(response.url(), site.url("/page#part"));
  EXPECT_EQ(site.lines(), "GET /page");
  EXPECT_TRUE(response.history().empty());
  EXPECT_TRUE(response.cookies().empty());
}

}  // namespace
}  // namespace loads::session
