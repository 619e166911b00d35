#include "broker/web/answer.h"

#include <gmock/gmock.h>

namespace loads::broker::web {
namespace {

using testing::HasSubstr;

int status_of(const Question& question) {
  const auto refused = refusal(question);
  return refused ? refused->status : 200;
}

TEST(WebAnswer, TheFiguresAreForGetAndHead) {
  EXPECT_EQ(status_of({"GET", "/metrics", "127.0.0.1:8989"}), 200);
  EXPECT_EQ(status_of({"HEAD", "/metrics?a=1", "localhost"}), 200);
  EXPECT_EQ(status_of({"POST", "/metrics", "localhost"}), 405);
  EXPECT_EQ(status_of({"DELETE", "/", "localhost"}), 405);
}

TEST(WebAnswer, NothingElseIsThere) {
  for (const char* target : {"/", "/metrics/", "/metrics/../x", "/METRICS", "*", "http://localhost/metrics", ""})
    EXPECT_EQ(status_of({"GET", target, "localhost"}), 404) << target;
}

TEST(WebAnswer, AnotherSitesNameIsRefused) {
  EXPECT_EQ(status_of({"GET", "/metrics", "evil.example:8989"}), 403);
  EXPECT_EQ(status_of({"GET", "/metrics", {}}), 400);
}

TEST(WebAnswer, HasAHeadThatEndsTheConnection) {
  const std::string head = Answer::of(405, "Method Not Allowed", "no\n").head();
  EXPECT_THAT(head,
              testing::StartsWith("HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nAllow: GET, HEAD\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace loads::broker::web
