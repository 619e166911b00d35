#include "examples/target/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loads::target {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Then = Reply::Then;

Request get(std::string target) {
  Request request;
  request.method = "GET";
  request.target = std::move(target);
  return request;
}

Reply reply_to(const Request& request, const Options& options = {}) {
  Reply reply;
  write_reply(request, options, reply);
  return reply;
}

Reply reply_to(std::string target) { return reply_to(get(std::move(target))); }

// All that would be sent.
std::string whole(Reply reply) {
  while (reply.more && reply.more(reply.bytes)) {
  }
  return reply.bytes;
}

TEST(Pages, AFormGoesToTheEcho) {
  EXPECT_THAT(reply_to("/form").bytes, AllOf(HasSubstr("action=\"/echo\""), HasSubstr("<a href=\"/search\">")));
}

TEST(Pages, TheRootHasSearchInIt) {
  const Reply reply = reply_to("/");
  EXPECT_EQ(reply.bytes, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\r\n<html>Search</html>");
  EXPECT_TRUE(reply.counted);
  EXPECT_EQ(reply.then, Then::keep);
}

TEST(Pages, APathWithoutABehaviourIsAnsweredAsTheRoot) {
  EXPECT_EQ(reply_to("/search?q=loads").bytes, reply_to("/").bytes);
  EXPECT_EQ(reply_to("/no/such/page").bytes, reply_to("/").bytes);
  EXPECT_EQ(reply_to("http://localhost:9200/").bytes, reply_to("/").bytes);
}

TEST(Pages, OptionsChooseStatusAndDelayOfTheRoot) {
  const Reply reply = reply_to(get("/"), {.delay = milliseconds(30), .status = 503});
  EXPECT_THAT(reply.bytes, StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.delay, milliseconds(30));
}

TEST(Pages, SlowAddsToTheDelay) {
  EXPECT_EQ(reply_to(get("/slow/250"), {.delay = milliseconds(30)}).delay, milliseconds(280));
  EXPECT_EQ(reply_to("/slow/18446744073709551615").delay, std::chrono::hours(24));
}

TEST(Pages, StatusIsTheOneAskedFor) {
  EXPECT_THAT(reply_to("/status/404").bytes, StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_EQ(reply_to("/status/599").status, 599);
  EXPECT_EQ(reply_to("/status/100").status, 400);
  EXPECT_EQ(reply_to("/status/1000").status, 400);
}

TEST(Pages, AStatusWithoutBodyHasNoLength) {
  for (const char* path : {"/status/204", "/status/304"}) {
    EXPECT_THAT(reply_to(path).bytes, Not(HasSubstr("Content-Length"))) << path;
    EXPECT_THAT(reply_to(path).bytes, EndsWith("\r\n\r\n")) << path;
  }
}

TEST(Pages, HeadGetsTheHeadOnly) {
  for (const char* path : {"/", "/bytes/5", "/bytes/500000", "/chunked", "/chunked/5", "/drip/3/1", "/close-delimited", "/status/404"}) {
    Request request = get(path);
    request.method = "HEAD";
    EXPECT_THAT(whole(reply_to(request)), EndsWith("\r\n\r\n")) << path;
  }
}

TEST(Pages, AClientThatWantsToCloseIsObeyed) {
  Request request = get("/");
  request.keep_alive = false;
  EXPECT_THAT(reply_to(request).bytes, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(reply_to(request).then, Then::close);
}

TEST(Pages, RedirectsCountDownToTheRoot) {
  EXPECT_THAT(reply_to("/redirect/2").bytes, HasSubstr("\r\nLocation: /redirect/1\r\n"));
  EXPECT_THAT(reply_to("/redirect/0").bytes, HasSubstr("\r\nLocation: /\r\n"));
  EXPECT_EQ(reply_to("/redirect/0").status, 302);
}

TEST(Pages, RedirectHasAnyStatus) {
  EXPECT_EQ(reply_to("/redirect/307/1").status, 307);
  EXPECT_THAT(reply_to("/redirect/307/1").bytes, HasSubstr("\r\nLocation: /redirect/307/0\r\n"));
  EXPECT_THAT(reply_to("/redirect/308/0").bytes, HasSubstr("\r\nLocation: /\r\n"));
  EXPECT_EQ(reply_to("/redirect/200/1").status, 400);
}

TEST(Pages, BasicKnowsAnna) {
  Request request = get("/basic");
  EXPECT_EQ(reply_to(request).status, 401);
  EXPECT_THAT(reply_to(request).bytes, HasSubstr("WWW-Authenticate: Basic realm="));
  request.authorization = "Basic YW5uYTpzZWNyZXQ=";
  EXPECT_EQ(reply_to(request).status, 200);
}

TEST(Pages, GzipIsPacked) {
  const std::string bytes = reply_to("/gzip/100000").bytes;
  EXPECT_THAT(bytes, HasSubstr("\r\nContent-Encoding: gzip\r\n"));
  EXPECT_THAT(bytes, HasSubstr("\r\n\r\n\x1f\x8b"));
  EXPECT_LT(bytes.size(), 1000U);
  EXPECT_EQ(reply_to("/gzip/99999999999").status, 400);
}

TEST(Pages, UploadCountsTheFiles) {
  Request request = get("/upload");
  request.method = "POST";
  request.body = "form-data; name=\"a\"; filename=\"x\"\r\n form-data; name=\"b\"\r\n form-data; name=\"c\"; filename=\"\"";
  EXPECT_THAT(reply_to(request).bytes, EndsWith("\r\n\r\n2 files, 90 bytes"));
}

TEST(Pages, CookieShowsTheOneThatCame) {
  Request request = get("/cookie");
  EXPECT_THAT(reply_to(request).bytes, EndsWith("none"));
  request.cookie = "id=abc";
  EXPECT_THAT(reply_to(request).bytes, EndsWith("\r\n\r\nid=abc"));
  EXPECT_THAT(reply_to(request).bytes, HasSubstr("\r\nSet-Cookie: id=abc; Path=/\r\n"));
}

TEST(Pages, EchoSendsTheBodyBack) {
  Request request = get("/echo");
  request.method = "POST";
  request.body = std::string("a\0b", 3);
  EXPECT_THAT(reply_to(request).bytes, EndsWith(std::string("\r\n\r\na\0b", 7)));
}

TEST(Pages, BytesAreAsManyAsAskedFor) {
  for (const std::size_t size : {0u, 1u, 65536u, 65537u, 1000000u}) {
    const std::string text = whole(reply_to("/bytes/" + std::to_string(size)));
    EXPECT_THAT(text, HasSubstr("Content-Length: " + std::to_string(size) + "\r\n"));
    EXPECT_EQ(text.size() - text.find("\r\n\r\n") - 4, size);
  }
}

TEST(Pages, ALargeBodyIsNeverWhollyInMemory) {
  Reply reply = reply_to("/bytes/1000000000000");
  ASSERT_TRUE(reply.more);
  reply.bytes.clear();
  EXPECT_TRUE(reply.more(reply.bytes));
  EXPECT_EQ(reply.bytes.size(), kPiece);
}

TEST(Pages, ChunksEndWithTheLastOne) {
  EXPECT_THAT(whole(reply_to("/chunked")), EndsWith("\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"));
  EXPECT_THAT(whole(reply_to("/chunked/3")), EndsWith("\r\n\r\n3\r\nxxx\r\n0\r\n\r\n"));
  EXPECT_THAT(whole(reply_to("/chunked/0")), EndsWith("\r\n\r\n0\r\n\r\n"));
  EXPECT_THAT(whole(reply_to("/chunked/50001")), EndsWith("x\r\n1\r\nx\r\n0\r\n\r\n"));
}

TEST(Pages, HeadersAreFlooded) {
  EXPECT_THAT(reply_to("/headers/3").bytes, HasSubstr("\r\nX-Flood-2: some text that fills a header\r\n"));
  EXPECT_EQ(reply_to("/headers/100001").status, 400);
}

TEST(Pages, DripPausesBeforeEachByte) {
  const Reply reply = reply_to("/drip/3/20");
  EXPECT_EQ(reply.pause, milliseconds(20));
  EXPECT_THAT(reply.bytes, EndsWith("Content-Length: 3\r\n\r\n"));
  EXPECT_THAT(whole(reply), EndsWith("\r\n\r\nxxx"));
}

TEST(Pages, CloseDelimitedHasNeitherLengthNorWord) {
  const Reply reply = reply_to("/close-delimited");
  EXPECT_EQ(reply.bytes, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Search</html>");
  EXPECT_EQ(reply.then, Then::close);
}

TEST(Pages, FaultsAreNotCounted) {
  EXPECT_EQ(reply_to("/reset").then, Then::reset);
  EXPECT_EQ(reply_to("/stall").then, Then::stall);
  EXPECT_EQ(reply_to("/truncated").then, Then::close);
  for (const char* path : {"/reset", "/stall", "/truncated", "/malformed", "/endless", "/endless-head"}) {
    EXPECT_FALSE(reply_to(path).counted) << path;
  }
}

TEST(Pages, WrongNumbersAreRefused) {
  for (const char* path :
       {"/bytes", "/bytes/", "/bytes/x", "/bytes/1x", "/bytes/-1", "/bytes/1/2", "/drip/1", "/drip/1/2/3", "/bytes/99999999999999999999"}) {
    EXPECT_EQ(reply_to(path).status, 400) << path;
  }
}

}  // namespace
}  // namespace loads::target
