#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/engine/http/reception.h"

namespace loads::http {
namespace {

using End = Received::End;

struct InPieces {
  bool head = false;
  std::string body;
  std::size_t pieces = 0;
  std::size_t largest = 0;
  Received received;
  Answer answer;
};

void read(InPieces& out, std::vector<std::string_view> bytes) {
  std::vector<char> scratch(4096);
  support::Pieces source(std::move(bytes));
  const auto receiver = PieceReceiver::make(source, scratch, true, out.answer);
  out.head = receiver->head();
  scratch.assign(scratch.size(), '?');  // other fibers use it between the calls
  while (out.head && receiver->next()) {
    out.body += out.answer.body.view();
    ++out.pieces;
    out.largest = std::max(out.largest, out.answer.body.size());
    scratch.assign(scratch.size(), '?');
  }
  out.received = receiver->result();
}

const std::string kBody = "hello wide world, which comes in pieces";
const std::vector<std::string> kAnswers{
    "HTTP/1.1 200 OK\r\nContent-Length: 39\r\n\r\n" + kBody,
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n22;a=b\r\n wide world, which comes in "
    "pieces\r\n0\r\nT: x\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n" + kBody,
};

TEST(PieceReceiver, PiecesMakeUpTheBodyHoweverTheyCome) {
  for (const std::string& answer : kAnswers) {
    for (std::size_t size = 1; size <= answer.size(); ++size) {
      InPieces got;
      read(got, cut(answer, size));
      ASSERT_TRUE(got.head) << answer << size;
      EXPECT_EQ(got.body, kBody) << answer << size;
      EXPECT_EQ(got.received.end, End::complete);
      EXPECT_EQ(got.received.bytes, answer.size());
      EXPECT_EQ(got.answer.body_size, kBody.size());
      EXPECT_EQ(got.received.keep_alive, &answer != &kAnswers[2]);
    }
  }
}

TEST(PieceReceiver, WhatIsCutShortIsAnErrorBehindTheLastPiece) {
  for (const std::string& answer : {kAnswers[0], kAnswers[1]}) {
    InPieces got;
    read(got, {std::string_view(answer).substr(0, answer.size() - 8)});
    EXPECT_EQ(got.received.end, End::closed_within);
    EXPECT_FALSE(got.received.keep_alive);
    EXPECT_FALSE(got.body.empty());
  }
}

TEST(PieceReceiver, ALargeBodyTakesLittleMemory) {
  const std::string body(10'000'000, 'x');
  InPieces got;
  read(got, {"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n", body});
  EXPECT_EQ(got.body, body);
  EXPECT_LE(got.largest, 64U * 1024U);
}

TEST(PieceReceiver, AChunkIsGivenBeforeTheNextHasCome) {
  Answer answer;
  std::vector<char> scratch(4096);
  support::Pieces source({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "6\r\n worl"},
                         {fiber::IoResult::End::timed_out, 0, 0});
  const auto receiver = PieceReceiver::make(source, scratch, true, answer);
  ASSERT_TRUE(receiver->head());
  ASSERT_TRUE(receiver->next());
  EXPECT_EQ(answer.body.view(), "hello");
  ASSERT_TRUE(receiver->next());
  EXPECT_EQ(answer.body.view(), " worl");
  EXPECT_FALSE(receiver->next());
  EXPECT_EQ(receiver->result().end, End::timed_out);
}

TEST(PieceReceiver, AnEmptyBodyHasNoPiece) {
  for (const char* answer : {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    InPieces got;
    read(got, {answer});
    EXPECT_TRUE(got.head);
    EXPECT_EQ(got.pieces, 0U);
    EXPECT_EQ(got.received.end, End::complete);
    EXPECT_TRUE(got.received.keep_alive);
  }
}

TEST(PieceReceiver, AMalformedAnswerHasNoHead) {
  InPieces got;
  read(got, {"HTTP/9.9 what\r\n\r\n"});
  EXPECT_FALSE(got.head);
  EXPECT_EQ(got.received.end, End::malformed);
}

}  // namespace
}  // namespace loads::http
