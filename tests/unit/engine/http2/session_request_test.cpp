// Requests and their bodies, as a session sends them.

#include "engine/http2/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>

#include <loads/error.h>

#include "unit/engine/http2/session_fixture.h"

namespace loads::http2 {
namespace {

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

TEST_F(Http2Session, AnAnswerBeforeTheEndOfTheRequestCounts) {
  Answer answer;
  const std::string body(1'000'000, 'x');
  Stream& stream = get(answer, 1000, "POST", body);
  sent();
  feed(h2::settings() + h2::headers(1, h2::status("413"), true) + h2::reset(1, 0));
  EXPECT_EQ(stream.end, StreamEnd::complete);
  EXPECT_EQ(answer.status, 413);
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

}  // namespace
}  // namespace loads::http2
