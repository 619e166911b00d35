// What breaks the rules of HTTP/2, or ends a stream or the connection, fed to a session as bytes.

#include "engine/http2/session.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/engine/http2/session_fixture.h"

namespace loads::http2 {
namespace {

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
