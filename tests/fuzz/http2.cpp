// Any bytes that a server may send over HTTP/2, cut up in any way, while requests are begun and given up: answers are received as a whole,
// or refused, within the limits, and what is whole is the same however the bytes are cut. The first byte says what is asked, the second how
// the rest is cut.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/http2/session.h"

namespace {

using loads::fiber::Clock;
using loads::http2::Head;
using loads::http2::Session;
using loads::http2::Stream;
using loads::http2::StreamEnd;
using loads::message::Answer;
using loads::message::AnswerLimits;

constexpr std::size_t kStreams = 4;
constexpr std::string_view kBody = "a body of a request";

void require(bool holds) {
  if (!holds) std::abort();
}

// Pieces whose sizes follow from a seed; 0: all at once.
class Sizes {
 public:
  explicit Sizes(std::uint8_t seed) : state_(seed) {}

  std::size_t next(std::size_t left) {
    if (state_ == 0) return left;
    state_ = state_ * 1664525U + 1013904223U;
    if (state_ == 0) state_ = 1;
    return std::min<std::size_t>(left, 1 + (state_ >> 16U) % ((state_ & 0x8000U) != 0 ? 4 : 300));
  }

 private:
  std::uint32_t state_;
};

struct Request {
  Answer answer;
  Stream* stream = nullptr;
};

struct Play {
  Session session;
  AnswerLimits limits;
  std::array<Request, kStreams> requests;

  void begin(Request& request, std::size_t which) {
    static const std::array<Head, 3> heads = [] {
      std::array<Head, 3> made;
      made[0].assign("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "http");
      made[1].assign("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "http");
      made[2].assign("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 19\r\n\r\n", "https");
      return made;
    }();
    request.stream = &session.submit(heads[which % 3], {which % 3 == 2 ? kBody : std::string_view()}, limits, request.answer);
  }

  std::size_t drain() {
    loads::message::ByteBuffer out;
    while (session.drain(out, out.size() + 4096, Clock::now())) {
    }
    return out.size();
  }

  // `changing`: requests are given up and begun while the bytes come.
  void run(std::string_view bytes, std::uint8_t seed, std::uint8_t asked, bool changing) {
    limits.keep_body = (asked & 4U) != 0 ? asked : 1U << 20U;
    for (std::size_t i = 0; i < kStreams; ++i) begin(requests[i], asked + i);
    std::size_t sent = drain();
    Sizes sizes(seed);
    for (std::size_t turn = 0; !bytes.empty(); ++turn) {
      const std::size_t size = sizes.next(bytes.size());
      session.feed(bytes.substr(0, size), Clock::now());
      bytes.remove_prefix(size);
      if (seed != 0) sent += drain();
      if (changing && turn % 3 == 0) {
        Request& one = requests[turn % kStreams];
        check(one);
        session.release(*one.stream);
        one.answer.head.clear();
        one.answer.fields.clear();
        one.answer.body.clear();
        one.answer.body_size = 0;
        begin(one, turn);
      }
      for (const Stream* stream : session.take_ended()) require(stream->ended());
    }
    drain();
    for (const Request& request : requests) check(request);
  }

  void check(const Request& request) const {
    const Answer& answer = request.answer;
    require(answer.body.size() <= limits.keep_body && answer.body.size() <= answer.body_size);
    require(answer.fields.size() <= loads::message::kMaxFields && answer.head.size() <= 2 * loads::message::kMaxHead);
    require(request.stream->end != StreamEnd::malformed || !request.stream->reason.empty());
    for (const Answer::Field& field : answer.fields) {
      require(!answer.name(field).empty());
      require(answer.value(field).find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
    }
    if (request.stream->end != StreamEnd::complete) return;
    require(answer.status >= 200 && answer.status <= 999);
    require(answer.body.size() == std::min<std::uint64_t>(limits.keep_body, answer.body_size));
  }
};

bool same(const Request& one, const Request& other) {
  return other.stream->end == StreamEnd::complete && one.answer.status == other.answer.status &&
         one.answer.head.view() == other.answer.head.view() && one.answer.fields.size() == other.answer.fields.size() &&
         one.answer.body.view() == other.answer.body.view() && one.answer.body_size == other.answer.body_size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  Play whole;
  Play cut;
  whole.run(bytes, 0, data[0], false);
  cut.run(bytes, data[1], data[0], false);
  // What comes as a flood when it comes at once may be none in pieces, so that these can only get further.
  for (std::size_t i = 0; i < kStreams; ++i) {
    if (whole.requests[i].stream->end == StreamEnd::complete) require(same(whole.requests[i], cut.requests[i]));
  }
  Play changing;
  changing.run(bytes, static_cast<std::uint8_t>(data[1] | 1U), data[0], true);
  return 0;
}
