#include "engine/http/receiver.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/engine/http/reception.h"

namespace loads::http {
namespace {

using End = Received::End;
using namespace std::string_literals;

TEST(Receiver, ReadsStatusReasonHeadersAndBody) {
  const auto got = receive("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nX-One: 1\r\nx-two:  two words \r\nX-One: again\r\n\r\nhello");
  ASSERT_TRUE(got.complete());
  EXPECT_EQ(got.answer->status, 404);
  EXPECT_EQ(got.answer->reason(), "Not Found");
  EXPECT_EQ(got.answer->header("x-one"), "1");
  EXPECT_EQ(got.answer->header("X-TWO"), "two words");
  EXPECT_EQ(got.answer->header("x-three"), "");
  EXPECT_EQ(got.answer->fields.size(), 4U);
  EXPECT_EQ(got.body(), "hello");
  EXPECT_TRUE(got.received.keep_alive);
}

TEST(Receiver, CountsEveryByte) {
  const std::string answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  const auto got = receive(answer);
  ASSERT_TRUE(got.complete());
  EXPECT_EQ(got.received.bytes, answer.size());
  EXPECT_EQ(got.answer->body_size, 5U);
}

// Larger than what is read at first, so that the end of the body is received on its own, in the same read as what follows.
TEST(Receiver, WhatFollowsALargeBodyIsNoPartOfItAndEndsTheConnection) {
  const std::string body(100'000, 'b');
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body;
  for (const std::string more : {"", "H", "HTTP/1.1 200 OK\r\n"}) {
    const auto got = receive(answer + more);
    ASSERT_TRUE(got.complete());
    EXPECT_EQ(got.body(), body);
    EXPECT_EQ(got.answer->body_size, 100'000U);
    EXPECT_EQ(got.received.keep_alive, more.empty());
  }
}

// Answers of every kind, to be cut up.
const std::vector<std::string> kAnswers{
    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b;c=\"d e\"\r\nhello\r\n006\r\n world\r\n0;last\r\nTrailer: x\r\nMore: "
    "y\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nB\r\nhello world\r\n000\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world",
    "HTTP/1.0 200 OK\r\n\r\nhello world",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
};

TEST(Receiver, GivesTheSameAnswerWhereverItIsCutInTwo) {
  for (const std::string& answer : kAnswers) {
    for (std::size_t at = 0; at <= answer.size(); ++at) {
      SCOPED_TRACE(answer.substr(0, at) + "|" + answer.substr(at));
      const std::string_view whole = answer;
      const auto got = receive_pieces({whole.substr(0, at), whole.substr(at)});
      ASSERT_TRUE(got.complete()) << got.received.reason;
      EXPECT_EQ(got.answer->status, 200);
      EXPECT_EQ(got.body(), "hello world");
      EXPECT_EQ(got.answer->fields.size(), answer.find("200 OK\r\n\r\n") == std::string::npos ? 1U : 0U);
    }
  }
}

TEST(Receiver, GivesTheSameAnswerInPiecesOfAnySize) {
  for (const std::string& answer : kAnswers) {
    for (std::size_t size = 1; size <= answer.size(); ++size) {
      SCOPED_TRACE(std::to_string(size) + " bytes each of " + answer);
      const auto got = receive_pieces(cut(answer, size));
      ASSERT_TRUE(got.complete()) << got.received.reason;
      EXPECT_EQ(got.body(), "hello world");
      EXPECT_EQ(got.received.bytes, answer.size());
    }
  }
}

TEST(Receiver, TakesAnEmptyChunkedBodyWhereverItIsCut) {
  const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (std::size_t size = 1; size <= answer.size(); ++size) {
    const auto got = receive_pieces(cut(answer, size));
    EXPECT_TRUE(got.complete()) << size << got.received.reason;
    EXPECT_EQ(got.answer->body_size, 0U);
    EXPECT_TRUE(got.received.keep_alive);
  }
}

TEST(Receiver, KeepsTrailersOutOfTheHeaders) {
  const auto got = receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nSet-Cookie: trailing\r\n\r\n");
  ASSERT_TRUE(got.complete());
  EXPECT_EQ(got.answer->header("Set-Cookie"), "");
  EXPECT_EQ(got.answer->fields.size(), 1U);
}

TEST(Receiver, AnswersWithoutABodyEndWithTheirHead) {
  AnswerLimits head;
  head.has_body = false;
  EXPECT_TRUE(receive("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", head).received.keep_alive);
  EXPECT_TRUE(receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", head).received.keep_alive);
  EXPECT_TRUE(receive("HTTP/1.1 200 OK\r\n\r\n", head).received.keep_alive);
  EXPECT_TRUE(receive("HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n").received.keep_alive);
  EXPECT_TRUE(receive("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n").received.keep_alive);
  EXPECT_EQ(receive("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n").answer->body_size, 0U);
}

TEST(Receiver, SaysWhetherTheConnectionCanBeUsedAgain) {
  const auto reusable = [](std::string_view answer) { return receive(answer).received.keep_alive; };
  EXPECT_TRUE(reusable("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(reusable("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab"));
  EXPECT_FALSE(reusable("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab"));
  EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab"));
  EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nab"));
  EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
  EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab and more"));
  EXPECT_FALSE(reusable("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nH"));
  EXPECT_FALSE(reusable("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nab"));
  EXPECT_FALSE(reusable("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"));
}

TEST(Receiver, KeepsNoMoreOfABodyThanIsAskedFor) {
  const std::string body(300000, 'x');
  AnswerLimits limits;
  const auto check = [&](const std::string& answer) {
    for (const std::uint64_t keep : {0U, 1U, 100U, 20000U, 299999U}) {
      SCOPED_TRACE(keep);
      limits.keep_body = keep;
      const auto got = receive(answer, limits);
      ASSERT_TRUE(got.complete());
      EXPECT_EQ(got.answer->body.size(), keep);
      EXPECT_EQ(got.answer->body_size, body.size());
      EXPECT_TRUE(got.answer->truncated());
      EXPECT_LE(got.answer->body.capacity(), 2 * keep + 64);
    }
    for (const std::uint64_t keep : {300000U, 300001U}) {
      limits.keep_body = keep;
      const auto got = receive(answer, limits);
      EXPECT_EQ(got.body(), body);
      EXPECT_FALSE(got.answer->truncated());
    }
  };
  check("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body);
  check("HTTP/1.1 200 OK\r\n\r\n" + body);
  check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n493E0\r\n" + body + "\r\n0\r\n\r\n");
}

TEST(Receiver, TakesMemoryForWhatCameAndNotForWhatWasAnnounced) {
  AnswerLimits everything;
  everything.keep_body = std::numeric_limits<std::uint64_t>::max();
  for (const char* length : {"1000000000", "1000000000000000000", "10000000000000000000", "18446744073709551615"}) {
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: "s + length + "\r\n\r\nabc";
    const auto got = receive(answer, everything);
    EXPECT_EQ(got.received.end, End::closed_within) << length;
    EXPECT_EQ(got.body(), "abc");
    EXPECT_LE(got.answer->body.capacity(), 2U << 20U) << length;
  }
}

TEST(Receiver, TellsHowAnAnswerBrokeOff) {
  const auto end = [](std::vector<std::string_view> pieces, fiber::IoResult how) {
    return receive_pieces(std::move(pieces), {}, how).received;
  };
  const fiber::IoResult closed{fiber::IoResult::End::closed, 0, 0};
  const fiber::IoResult reset{fiber::IoResult::End::failed, ECONNRESET, 0};
  const fiber::IoResult failed{fiber::IoResult::End::failed, EHOSTUNREACH, 0};
  const fiber::IoResult late{fiber::IoResult::End::timed_out, 0, 0};
  EXPECT_EQ(end({}, closed).end, End::closed_before);
  EXPECT_EQ(end({}, reset).end, End::closed_before);
  EXPECT_EQ(end({}, late).end, End::timed_out);
  EXPECT_EQ(end({}, failed).error, EHOSTUNREACH);
  for (const std::string_view begun :
       {"H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
    EXPECT_EQ(end({begun}, closed).end, End::closed_within) << begun;
    EXPECT_EQ(end({begun}, reset).end, End::closed_within) << begun;
    EXPECT_EQ(end({begun}, late).end, End::timed_out) << begun;
    EXPECT_FALSE(end({begun}, late).keep_alive);
  }
  // A body up to the end of the connection ends with a close, and not with a reset.
  EXPECT_EQ(end({"HTTP/1.1 200 OK\r\n\r\nhell"}, reset).end, End::closed_within);
}

TEST(Receiver, DoesNotTakeAHeadOfMoreThanOneReadForMalformed) {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n";
  for (int i = 0; i < 900; ++i) answer += "X-Header-" + std::to_string(i) + ": " + std::string(40, 'v') + "\r\n";
  answer += "\r\nok";
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, answer.size()}) {
    const auto got = receive_pieces(cut(answer, size));
    ASSERT_TRUE(got.complete()) << size << " " << got.received.reason;
    EXPECT_EQ(got.answer->fields.size(), 901U);
    EXPECT_EQ(got.answer->header("x-header-899"), std::string(40, 'v'));
    EXPECT_EQ(got.body(), "ok");
  }
}

TEST(Receiver, RefusesWhatIsNotHttp) {
  for (const std::string& bytes :
       {"SSH-2.0-OpenSSH_9.2p1\r\n"s, "\r\n\r\nfoobar"s, "<html></html>\r\n\r\n"s, "HTTP/2.0 200 OK\r\n\r\n"s, "HTTP/1.2 200 OK\r\n\r\n"s,
        "\0\0\0\x12\x04\0\0\0\0\0"s, "http/1.1 200 OK\r\n\r\n"s, " HTTP/1.1 200 OK\r\n\r\n"s, "HTTP/1.1\n200 OK\r\n\r\n"s}) {
    const auto got = receive(bytes);
    EXPECT_EQ(got.received.end, End::malformed) << bytes;
    EXPECT_STREQ(got.received.reason, "it is not HTTP/1.x") << bytes;
  }
}

TEST(Receiver, RefusesMalformedHeads) {
  for (const std::string& bytes :
       {"HTTP/1.1 abc OK\r\n\r\n"s, "HTTP/1.1 20 OK\r\n\r\n"s, "HTTP/1.1 2000 OK\r\n\r\n"s, "HTTP/1.1 000 OK\r\n\r\n"s,
        "HTTP/1.1 099 OK\r\n\r\n"s, "HTTP/1.1 -20 OK\r\n\r\n"s, "HTTP/1.1 200 O\0K\r\n\r\n"s, "HTTP/1.1 200 OK\nContent-Length: 0\n\n"s,
        "HTTP/1.1 200 OK\r\nNo colon\r\n\r\n"s, "HTTP/1.1 200 OK\r\n: no name\r\n\r\n"s, "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"s, "HTTP/1.1 200 OK\r\nA\0: b\r\n\r\n"s, "HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n"s,
        "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n"s, "HTTP/1.1 200 OK\r\n\rX"s}) {
    EXPECT_EQ(receive(bytes).received.end, End::malformed) << bytes;
  }
}

TEST(Receiver, RefusesMalformedLengths) {
  for (const std::string& length :
       {"Content-Length: 5\r\nContent-Length: 6"s, "Content-Length: 5, 6"s, "Content-Length: -1"s, "Content-Length: +5"s,
        "Content-Length: 5 5"s, "Content-Length: 0x5"s, "Content-Length:"s, "Content-Length: five"s,
        "Content-Length: 18446744073709551616"s, "Content-Length: 100000000000000000000000000"s,
        "Content-Length: 5\r\nTransfer-Encoding: chunked"s, "Transfer-Encoding: chunked\r\nContent-Length: 5"s}) {
    const auto got = receive("HTTP/1.1 200 OK\r\n" + length + "\r\n\r\nhello");
    EXPECT_EQ(got.received.end, End::malformed) << length;
    EXPECT_STREQ(got.received.reason, "its length is malformed") << length;
  }
  EXPECT_TRUE(receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello").complete());
}

TEST(Receiver, RefusesMalformedChunks) {
  for (const std::string& chunks :
       {"xyz\r\nhello\r\n0\r\n\r\n"s, "-5\r\nhello\r\n0\r\n\r\n"s, "\r\nhello\r\n0\r\n\r\n"s, "5\r\nhelloworld\r\n0\r\n\r\n"s,
        "5\nhello\r\n0\r\n\r\n"s, "10000000000000000\r\nhello\r\n0\r\n\r\n"s, "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"s,
        "5 hello\r\nhello\r\n0\r\n\r\n"s, "5;=\r\nhello\r\n0\r\n\r\n"s, "5\r\nhello\r\n0\r\nNo colon\r\n\r\n"s,
        "5\r\nhello\r\n0\r\nContent-Length: 5\r\n\r\n"s, "5\0\r\nhello\r\n0\r\n\r\n"s}) {
    const std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
    EXPECT_EQ(receive(answer).received.end, End::malformed) << chunks;
    EXPECT_EQ(receive_pieces(cut(answer, 1)).received.end, End::malformed) << chunks;
  }
  // The largest size there is: the body is simply not there.
  EXPECT_EQ(receive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nhello").received.end, End::closed_within);
}

TEST(Receiver, BoundsTheHead) {
  const std::string large = "HTTP/1.1 200 OK\r\nX: " + std::string(70 * 1024, 'x') + "\r\nContent-Length: 0\r\n\r\n";
  std::string many = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
  for (int i = 0; i < 1000; ++i) many += "X: y\r\n";
  many += "\r\n";
  for (const std::size_t size : {std::size_t{100}, std::size_t{100000}}) {
    EXPECT_STREQ(receive_pieces(cut(large, size)).received.reason, "its head is larger than 64 KiB or 1000 fields") << size;
    EXPECT_STREQ(receive_pieces(cut(many, size)).received.reason, "its head is larger than 64 KiB or 1000 fields") << size;
  }
}

// A server that never ends a part of its answer.
class Endless final : public ByteSource {
 public:
  Endless(std::string begin, std::string repeated, std::uint64_t most)
      : text_(std::move(begin)), repeated_(std::move(repeated)), left_(most) {}

  fiber::IoResult receive(std::span<char> buffer) override {
    if (left_ == 0) return {fiber::IoResult::End::timed_out, 0, 0};
    while (text_.size() < buffer.size()) text_ += repeated_;
    const std::size_t bytes = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
    text_.copy(buffer.data(), bytes);
    text_.erase(0, bytes);
    left_ -= bytes;
    return {fiber::IoResult::End::done, 0, bytes};
  }
  std::uint64_t left() const { return left_; }

 private:
  std::string text_;
  std::string repeated_;
  std::uint64_t left_;
};

Reception receive_endless(const std::string& begin, const std::string& repeated, std::uint64_t& taken, std::uint64_t most = 4U << 20U) {
  Endless source(begin, repeated, most);
  Reception out;
  std::vector<char> scratch(out.scratch_size);
  AnswerLimits limits;
  limits.keep_body = 1000;
  out.received = receive_answer(source, scratch, limits, *out.answer);
  taken = most - source.left();
  return out;
}

TEST(Receiver, GivesUpOnAHeadWithoutEnd) {
  std::uint64_t taken = 0;
  for (const auto& [begin, repeated] :
       std::vector<std::pair<std::string, std::string>>{{"HTTP/1.1 200 ", "reason "},
                                                        {"HTTP/1.1 200 OK\r\n", "A: b\r\n"},
                                                        {"HTTP/1.1 200 OK\r\nA: ", "x"},
                                                        {"HTTP/1.1 200 OK\r\nA: ", "b\r\n "},
                                                        {"HTTP/1.1 200 OK\r\n", "x"},
                                                        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", "x"},
                                                        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "0"},
                                                        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"", "\r\n"},
                                                        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n"}}) {
    const auto got = receive_endless(begin, repeated, taken);
    EXPECT_EQ(got.received.end, End::malformed) << begin << repeated;
    EXPECT_LE(taken, 512U * 1024) << begin << repeated;
  }
}

TEST(Receiver, GivesUpOnInterimAnswersWithoutEnd) {
  std::uint64_t taken = 0;
  const auto got = receive_endless("", "HTTP/1.1 100 Continue\r\n\r\n", taken, 64U << 20U);
  EXPECT_EQ(got.received.end, End::malformed);
  EXPECT_LE(taken, 1U << 20U);
}

TEST(Receiver, BoundsTheMemoryOfABodyWithoutEnd) {
  std::uint64_t taken = 0;
  for (const auto& [begin, repeated] : std::vector<std::pair<std::string, std::string>>{
           {"HTTP/1.1 200 OK\r\n\r\n", "endless"}, {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "7\r\nendless\r\n"}}) {
    const auto got = receive_endless(begin, repeated, taken);
    EXPECT_EQ(got.received.end, End::timed_out);
    EXPECT_EQ(got.answer->body.size(), 1000U);
    EXPECT_LE(got.answer->body.capacity(), 4000U);
    EXPECT_GT(got.answer->body_size, 1U << 20U);
  }
}

}  // namespace
}  // namespace loads::http
