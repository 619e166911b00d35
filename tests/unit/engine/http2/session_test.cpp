// What a server may say, fed to a session as bytes.

#include "engine/http2/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>

#include <loads/error.h>

#include "support/http2_frames.h"

namespace loads::http2 {
namespace {

namespace h2 = support::h2;
using message::Answer;

const fiber::TimePoint kNow = fiber::Clock::now();

// A session with requests that have been sent.
class Http2Session : public testing::Test {
 protected:
  Stream& get(Answer& answer, std::uint64_t keep_body = 1000, std::string_view method = "GET", std::string_view body = {}) {
    Head head;
    head.assign(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n", "http");
    message::AnswerLimits limits;
    limits.keep_body = keep_body;
    return session_.submit(head, {body}, limits, answer);
  }
  std::string sent() {
    message::ByteBuffer out;
    while (session_.drain(out, out.size() + 1, kNow)) {
    }
    return std::string(out.view());
  }
  void feed(std::string_view bytes) {
    session_.feed(bytes, kNow);
    sent();
  }
  // Begins a request and gives what the server says; the first of a session is stream 1.
  Stream& answered(Answer& answer, std::string_view bytes) {
    Stream& stream = get(answer);
    sent();
    feed(h2::settings());
    feed(bytes);
    return stream;
  }

  Session session_;
};

TEST_F(Http2Session, BeginsWithThePrefaceAndItsSettings) {
  const std::string bytes = sent();
  EXPECT_TRUE(bytes.starts_with(h2::kPreface));
  EXPECT_EQ(bytes.substr(24, 27), h2::settings(h2::setting(2, 0) + h2::setting(4, 1024 * 1024) + h2::setting(6, 65536)));
}

TEST_F(Http2Session, ReceivesAnAnswer) {
  Answer answer;
  const Stream& stream =
      answered(answer, h2::headers(1, h2::status("404") + h2::field("x-one", "1") + h2::field("x-two", "")) + h2::data(1, "body"));
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.reason(), "Not Found");
  EXPECT_EQ(answer.fields.size(), 2U);
  EXPECT_EQ(answer.header("X-One"), "1");
  EXPECT_EQ(answer.body.view(), "body");
  EXPECT_EQ(session_.open_streams(), 0U);
}

TEST_F(Http2Session, ReceivesItInPiecesOfAByte) {
  Answer answer;
  const Stream& stream = get(answer);
  sent();
  for (const char c : h2::settings() + h2::ok(1, "hello")) feed({&c, 1});
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.body.view(), "hello");
}

TEST_F(Http2Session, KeepsStreamsApart) {
  Answer one;
  Answer two;
  const Stream& first = get(one);
  const Stream& second = get(two);
  sent();
  feed(h2::settings() + h2::headers(3, h2::status("200")) + h2::headers(1, h2::status("201")) + h2::data(3, "t", false) +
       h2::data(1, "one") + h2::data(3, "wo"));
  EXPECT_EQ(first.end, StreamEnd::complete);
  EXPECT_EQ(second.end, StreamEnd::complete);
  EXPECT_EQ(one.status, 201);
  EXPECT_EQ(one.body.view(), "one");
  EXPECT_EQ(two.body.view(), "two");
}

TEST_F(Http2Session, CountsTheBytesOfStreamsAndItsOwn) {
  Answer answer;
  const Stream& stream = get(answer);
  const std::size_t bytes_sent = sent().size();
  EXPECT_EQ(stream.bytes_sent + static_cast<std::uint64_t>(session_.take_own_bytes_sent()), bytes_sent);
  EXPECT_GT(stream.bytes_sent, 9U);
  EXPECT_LT(stream.bytes_sent, 40U);
  feed(h2::settings() + h2::ok(1));
  EXPECT_EQ(stream.bytes_received, h2::ok(1).size());
  EXPECT_EQ(session_.take_own_bytes_received(), static_cast<std::int64_t>(h2::settings().size()));
  EXPECT_EQ(session_.take_own_bytes_received(), 0);
}

TEST_F(Http2Session, KeepsOfABodyWhatIsAskedForAndCountsTheRest) {
  Answer answer;
  const Stream& stream = get(answer, 3);
  sent();
  feed(h2::settings() + h2::headers(1, h2::status("200")) + h2::data(1, "ab", false) + h2::data(1, "cdef", false) + h2::data(1, "gh"));
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.body.view(), "abc");
  EXPECT_EQ(answer.body_size, 8U);
}

TEST_F(Http2Session, PassesOverInterimAnswersAndTrailers) {
  Answer answer;
  const Stream& stream = answered(answer, h2::headers(1, h2::status("103") + h2::field("link", "x")) +
                                              h2::headers(1, h2::status("200") + h2::field("a", "b")) + h2::data(1, "body", false) +
                                              h2::headers(1, h2::field("trailer", "late"), true));
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.fields.size(), 1U);
  EXPECT_EQ(answer.header("a"), "b");
}

TEST_F(Http2Session, AnAnswerToHeadHasNoBody) {
  Answer answer;
  const Stream& stream = get(answer, 1000, "HEAD");
  sent();
  feed(h2::settings() + h2::headers(1, h2::status("200") + h2::field("content-length", "1000"), true));
  EXPECT_EQ(stream.end, StreamEnd::complete);
}

TEST_F(Http2Session, RefusesHeadsThatAreTooLarge) {
  std::string block = h2::status("200");
  for (int i = 0; i < 1001; ++i) block += h2::field("x", "y");
  Answer answer;
  const Stream& stream = answered(answer, h2::headers(1, block));
  EXPECT_EQ(stream.end, StreamEnd::malformed);
  EXPECT_EQ(stream.reason, "its head is larger than 64 KiB or 1000 fields");
  EXPECT_FALSE(session_.is_over());  // the others go on
}

TEST_F(Http2Session, InterimAnswersWithoutEndAreRefused) {
  Answer answer;
  const Stream& stream = get(answer);
  sent();
  feed(h2::settings());
  const std::string interim = h2::headers(1, h2::status("103") + h2::field("link", std::string(120, 'x')));
  for (int i = 0; i < 1000 && !stream.ended(); ++i) feed(interim);
  EXPECT_EQ(stream.end, StreamEnd::malformed);
}

TEST_F(Http2Session, AnswersThatBreakTheRulesOfHttpAreMalformed) {
  const std::string broken[] = {
      h2::headers(1, h2::field("x-no", "status"), true),
      h2::headers(1, h2::status("abc"), true),
      h2::headers(1, h2::status("200") + h2::field(":path", "/"), true),
      h2::headers(1, h2::status("200") + h2::field("connection", "close"), true),
      h2::headers(1, h2::status("101"), true),
      h2::headers(1, h2::status("200") + h2::field("content-length", "5")) + h2::data(1, "four"),
      h2::headers(1, h2::status("200") + h2::field("content-length", "3")) + h2::data(1, "four"),
      h2::headers(1, h2::status("200") + h2::field("content-length", "-1")) + h2::data(1, "four"),
      h2::data(1, "a body without a head"),
      h2::headers(1, h2::status("103"), true),
  };
  for (const std::string& bytes : broken) {
    Session session;
    Answer answer;
    Head head;
    head.assign("GET / HTTP/1.1\r\n\r\n", "http");
    const Stream& stream = session.submit(head, {}, {}, answer);
    message::ByteBuffer out;
    session.drain(out, 10'000, kNow);
    session.feed(h2::settings() + bytes, kNow);
    session.drain(out, 10'000, kNow);
    EXPECT_EQ(stream.end, StreamEnd::malformed) << bytes;
    EXPECT_NE(stream.reason, "");
  }
}

TEST_F(Http2Session, AnswersToResetsWithTheirCode) {
  Answer answer;
  const Stream& stream = answered(answer, h2::headers(1, h2::status("200")) + h2::reset(1, 11));
  EXPECT_EQ(stream.end, StreamEnd::reset);
  EXPECT_EQ(stream.code, 11U);
}

TEST_F(Http2Session, ARefusedStreamWasNotProcessed) {
  Answer answer;
  EXPECT_EQ(answered(answer, h2::reset(1, 7)).end, StreamEnd::unprocessed);
}

TEST_F(Http2Session, AnAnswerBeforeTheEndOfTheRequestCounts) {
  Answer answer;
  const std::string body(1'000'000, 'x');
  Stream& stream = get(answer, 1000, "POST", body);
  sent();
  feed(h2::settings() + h2::headers(1, h2::status("413"), true) + h2::reset(1, 0));
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.status, 413);
}

TEST_F(Http2Session, OfABodyNoMoreIsSentThanTheServerHasRoomFor) {
  Answer answer;
  const std::string body(100'000, 'x');
  Stream& stream = get(answer, 1000, "POST", body);
  sent();
  EXPECT_EQ(stream.unsent.bytes.size(), 100'000U - 65'535U);
  feed(h2::settings() + h2::frame(h2::kWindowUpdate, 0, 0, h2::number(100'000, 4)) +
       h2::frame(h2::kWindowUpdate, 0, 1, h2::number(4465, 4)));
  EXPECT_EQ(stream.unsent.bytes.size(), 30'000U);
  feed(h2::frame(h2::kWindowUpdate, 0, 1, h2::number(100'000, 4)));
  EXPECT_TRUE(stream.unsent.bytes.empty());
}

// Gives a body in pieces, and may fail at the end.
class Pieces final : public message::BodySource {
 public:
  explicit Pieces(bool fails) : fails_(fails) {}

  std::uint64_t size() const override { return 30'000; }
  void rewind() override { left_ = 30'000; }
  std::size_t read(std::span<char> buffer) override {
    if (left_ == 0 && fails_) throw InvalidRequest("the file has gone");
    const std::size_t size = std::min({buffer.size(), left_, std::size_t{1000}});
    std::fill_n(buffer.begin(), size, 'x');
    left_ -= size;
    return size;
  }

 private:
  bool fails_;
  std::size_t left_ = 0;
};

TEST_F(Http2Session, ABodyIsReadWhileItIsSent) {
  Pieces pieces(false);
  Head head;
  head.assign("POST / HTTP/1.1\r\n\r\n", "http");
  Answer answer;
  const Stream& stream = session_.submit(head, {{}, &pieces}, {}, answer);
  sent();
  EXPECT_NE(stream.sent, fiber::TimePoint{});
  EXPECT_GT(stream.bytes_sent, 30'000U);
  feed(h2::settings() + h2::ok(1));
  EXPECT_EQ(stream.end, StreamEnd::complete);
}

TEST_F(Http2Session, ABodyThatCannotBeReadEndsItsRequestAlone) {
  Pieces pieces(true);
  Head head;
  head.assign("POST / HTTP/1.1\r\n\r\n", "http");
  Answer answer;
  const Stream& stream = session_.submit(head, {{}, &pieces}, {}, answer);
  sent();
  EXPECT_EQ(stream.end, StreamEnd::unsendable);
  EXPECT_EQ(stream.reason, "the file has gone");
  EXPECT_FALSE(session_.is_over());
}

TEST_F(Http2Session, NotesWhatTheSessionHasToDoSomethingAbout) {
  Answer answer;
  answered(answer, h2::headers(1, h2::status("103") + h2::field("www-authenticate", "x")) +
                       h2::headers(1,
                                   h2::status("302") + h2::field("location", "/") + h2::field("set-cookie", "a=b") +
                                       h2::field("content-encoding", "gzip"),
                                   true));
  EXPECT_EQ(answer.notes, Answer::kHasLocation | Answer::kSetsCookie | Answer::kIsCoded);
}

TEST_F(Http2Session, RequestsWaitForTheRoomThatTheServerHas) {
  feed(h2::settings(h2::setting(h2::kMaxConcurrentStreams, 1)));
  Answer one;
  Answer two;
  get(one);
  const Stream& second = get(two);
  sent();
  EXPECT_EQ(second.bytes_sent, 0U);
  feed(h2::ok(1));
  EXPECT_GT(second.bytes_sent, 0U);
}

TEST_F(Http2Session, AReleasedStreamIsCancelledAndLeavesNothingBehind) {
  Answer answer;
  Stream& stream = get(answer, 1000, "POST", "body");
  sent();
  session_.feed(h2::settings(), kNow);
  sent();
  session_.release(stream);
  EXPECT_EQ(sent(), h2::reset(1, 8));
  feed(h2::ok(1));
  EXPECT_EQ(answer.status, 0);
  EXPECT_EQ(session_.open_streams(), 0U);
  Answer next;
  const Stream& other = get(next);
  sent();
  feed(h2::ok(3));
  EXPECT_EQ(other.end, StreamEnd::complete);
}

TEST_F(Http2Session, AStreamThatIsReleasedBeforeItIsSentIsNeverSent) {
  feed(h2::settings(h2::setting(h2::kMaxConcurrentStreams, 0)));
  Answer answer;
  Stream& stream = get(answer, 1000, "POST", "body");
  EXPECT_EQ(sent(), "");
  session_.release(stream);
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(session_.open_streams(), 0U);
}

TEST_F(Http2Session, AfterAGoawayTheStreamsBelowItGoOn) {
  Answer one;
  Answer two;
  const Stream& first = get(one);
  const Stream& second = get(two);
  sent();
  feed(h2::settings() + h2::goaway(1, 0, "restart\n"));
  EXPECT_EQ(second.end, StreamEnd::unprocessed);
  EXPECT_TRUE(session_.is_going_away());
  EXPECT_EQ(session_.trouble(), "GOAWAY: NO_ERROR: restart?");
  feed(h2::ok(1));
  EXPECT_EQ(first.end, StreamEnd::complete);
  Answer three;
  const Stream& third = get(three);
  sent();
  EXPECT_EQ(third.end, StreamEnd::unprocessed);
}

TEST_F(Http2Session, WhatIsNotHttp2EndsIt) {
  Answer answer;
  const Stream& stream = get(answer);
  sent();
  feed("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(stream.end, StreamEnd::malformed);
  EXPECT_EQ(stream.reason, "it is HTTP/1.x");
  EXPECT_TRUE(session_.is_over());
  EXPECT_FALSE(session_.has_greeted());
}

TEST_F(Http2Session, AViolationEndsAllStreams) {
  const std::string violations[] = {
      "garbage that is no frame at all",
      h2::settings() + h2::data(99, "of a stream that nobody has opened"),
      h2::settings() + h2::frame(h2::kSettings, h2::kAck, 0) + h2::frame(h2::kPushPromise, h2::kEndHeaders, 1, h2::number(2, 4) + "\x82"),
      h2::settings() + h2::headers(1, "\xff\xff\xff\xff\xff\xff\xff"),
      h2::settings() + h2::frame(h2::kContinuation, h2::kEndHeaders, 1, "x"),
      h2::settings() + h2::frame(h2::kWindowUpdate, 0, 0, h2::number(0x7fffffff, 4)),
      h2::settings() + h2::frame(h2::kPing, 0, 0, "short"),
      h2::settings(h2::setting(h2::kInitialWindowSize, 0xffffffff)),
      h2::settings() + h2::frame(h2::kHeaders, 0, 1, "\x88") + h2::frame(h2::kPing, 0, 0, "12345678"),
      h2::ok(1),  // no settings first
  };
  for (const std::string& bytes : violations) {
    Session session;
    Answer one;
    Answer two;
    Head head;
    head.assign("GET / HTTP/1.1\r\n\r\n", "http");
    const Stream& first = session.submit(head, {}, {}, one);
    const Stream& second = session.submit(head, {}, {}, two);
    message::ByteBuffer out;
    session.drain(out, 10'000, kNow);
    session.feed(bytes, kNow);
    session.drain(out, 20'000, kNow);
    EXPECT_EQ(first.end, StreamEnd::malformed) << bytes;
    EXPECT_EQ(second.end, StreamEnd::malformed) << bytes;
    EXPECT_TRUE(session.is_over()) << bytes;
    EXPECT_NE(first.reason, "");
  }
}

TEST_F(Http2Session, FloodsEndIt) {
  const auto many = [](const std::string& frame, int times) {
    std::string bytes;
    for (int i = 0; i < times; ++i) bytes += frame;
    return bytes;
  };
  const std::string floods[] = {
      many(h2::frame(h2::kPing, 0, 0, "12345678"), 2000),
      many(h2::settings(), 2000),
      h2::frame(h2::kHeaders, 0, 1, "\x88") + many(h2::frame(h2::kContinuation, 0, 1, h2::field("x", "y")), 2000),
      h2::settings(many(h2::setting(99, 1), 100)),
  };
  for (const std::string& bytes : floods) {
    Session session;
    Answer answer;
    Head head;
    head.assign("GET / HTTP/1.1\r\n\r\n", "http");
    const Stream& stream = session.submit(head, {}, {}, answer);
    message::ByteBuffer out;
    session.drain(out, 10'000, kNow);
    session.feed(h2::settings(), kNow);
    session.feed(bytes, kNow);
    session.drain(out, 1'000'000, kNow);
    EXPECT_TRUE(stream.ended());
    EXPECT_TRUE(session.is_over());
  }
}

TEST_F(Http2Session, PingsAndSettingsAreAnswered) {
  sent();
  session_.feed(h2::settings() + h2::frame(h2::kPing, 0, 0, "12345678"), kNow);
  const std::string answers = sent();
  EXPECT_NE(answers.find(h2::frame(h2::kSettings, h2::kAck, 0)), std::string::npos);
  EXPECT_NE(answers.find(h2::frame(h2::kPing, h2::kAck, 0, "12345678")), std::string::npos);
}

TEST_F(Http2Session, WhatHasEndedIsReportedOnce) {
  Answer answer;
  Stream& stream = get(answer);
  fiber::Fiber* const somebody = reinterpret_cast<fiber::Fiber*>(this);
  stream.waiter = somebody;
  sent();
  EXPECT_EQ(session_.find_waiting(), &stream);
  feed(h2::settings() + h2::ok(1));
  EXPECT_EQ(session_.find_waiting(), nullptr);
  EXPECT_EQ(session_.take_ended(), std::vector<Stream*>{&stream});
  EXPECT_TRUE(session_.take_ended().empty());
}

TEST_F(Http2Session, ARequestWithAnEndlessHeadIsNotSent) {
  Head head;
  head.assign("GET / HTTP/1.1\r\nX-Large: " + std::string(2'000'000, 'x') + "\r\n\r\n", "http");
  Answer answer;
  const Stream& stream = session_.submit(head, {}, {}, answer);
  sent();
  EXPECT_EQ(stream.end, StreamEnd::unsendable);
  EXPECT_FALSE(session_.is_over());
}

TEST_F(Http2Session, ManyHeaderFieldsAreSent) {
  std::string request = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 100; ++i) request += "X-" + std::to_string(i) + ": " + std::string(1000, 'y') + "\r\n";
  Head head;
  head.assign(request + "\r\n", "http");
  Answer answer;
  const Stream& stream = session_.submit(head, {}, {}, answer);
  sent();
  feed(h2::settings() + h2::ok(1));
  EXPECT_EQ(stream.end, StreamEnd::complete);
}

TEST_F(Http2Session, ADisconnectEndsWhatIsOpen) {
  Answer answer;
  Stream& stream = get(answer);
  sent();
  session_.disconnect();
  EXPECT_EQ(stream.end, StreamEnd::disconnected);
  EXPECT_TRUE(session_.is_over());
  session_.release(stream);
}

}  // namespace
}  // namespace loads::http2
