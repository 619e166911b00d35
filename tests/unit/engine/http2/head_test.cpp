#include "engine/http2/head.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::http2 {
namespace {

std::string text_of(const Head& head) {
  std::string text;
  for (std::size_t i = 0; i < head.size(); ++i) text += std::string(head.field(i).name) + "=" + std::string(head.field(i).value) + "\n";
  return text;
}

std::string head_of(std::string_view request, std::string_view scheme = "https") {
  Head head;
  head.assign(request, scheme);
  return text_of(head);
}

TEST(Http2Head, HasThePseudoFieldsFirstAndNamesInLowerCase) {
  EXPECT_EQ(head_of("GET /a?b=c HTTP/1.1\r\nUser-Agent: loads/1\r\nHost: localhost:9200\r\nAccept: */*\r\n\r\n"),
            ":method=GET\n:scheme=https\n:authority=localhost:9200\n:path=/a?b=c\nuser-agent=loads/1\naccept=*/*\n");
}

TEST(Http2Head, LeavesOutWhatSpeaksOfTheConnection) {
  EXPECT_EQ(head_of("GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Hop\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nTransfer-Encoding: "
                    "chunked\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nx-hop: 1\r\nX-End: 2\r\n\r\n",
                    "http"),
            ":method=GET\n:scheme=http\n:authority=a\n:path=/\nx-end=2\n");
}

TEST(Http2Head, KeepsTrailersOfTeAlone) {
  EXPECT_EQ(head_of("GET / HTTP/1.1\r\nTE: trailers\r\n\r\n"), ":method=GET\n:scheme=https\n:path=/\nte=trailers\n");
  EXPECT_EQ(head_of("GET / HTTP/1.1\r\nTE: gzip\r\n\r\n"), ":method=GET\n:scheme=https\n:path=/\n");
}

TEST(Http2Head, EndsWhereTheBodyBegins) {
  EXPECT_EQ(head_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nX: no\r\n\r\n"),
            ":method=POST\n:scheme=https\n:authority=a\n:path=/\ncontent-length=9\n");
}

TEST(Http2Head, KeepsAnEmptyValueAndColonsInOne) {
  EXPECT_EQ(head_of("GET / HTTP/1.1\r\nX-Empty:\r\nX-Time: 12:30\r\n\r\n"),
            ":method=GET\n:scheme=https\n:path=/\nx-empty=\nx-time=12:30\n");
}

TEST(Http2Head, IsForgottenWhenAnotherIsAssigned) {
  Head head;
  head.assign("GET /first HTTP/1.1\r\nX-One: 1\r\n\r\n", "http");
  head.assign("PUT /second HTTP/1.1\r\n\r\n", "http");
  EXPECT_EQ(text_of(head), ":method=PUT\n:scheme=http\n:path=/second\n");
  EXPECT_EQ(head.method(), "PUT");
}

}  // namespace
}  // namespace loads::http2
