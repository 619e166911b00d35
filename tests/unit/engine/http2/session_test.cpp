// What a server may say, fed to a session as bytes.

#include "engine/http2/session.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/engine/http2/session_fixture.h"

namespace loads::http2 {
namespace {

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

TEST_F(Http2Session, NotesWhatTheSessionHasToDoSomethingAbout) {
  Answer answer;
  answered(answer, h2::headers(1, h2::status("103") + h2::field("www-authenticate", "x")) +
                       h2::headers(1,
                                   h2::status("302") + h2::field("location", "/") + h2::field("set-cookie", "a=b") +
                                       h2::field("content-encoding", "gzip"),
                                   true));
  EXPECT_EQ(answer.notes, Answer::kHasLocation | Answer::kSetsCookie | Answer::kIsCoded);
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

}  // namespace
}  // namespace loads::http2
