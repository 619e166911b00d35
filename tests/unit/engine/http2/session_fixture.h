#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "engine/http2/session.h"
#include "support/http2_frames.h"

namespace loads::http2 {

namespace h2 = support::h2;
using message::Answer;

inline const fiber::TimePoint kNow = fiber::Clock::now();

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

}  // namespace loads::http2
