#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/fiber/clock.h"
#include "engine/http/answer.h"
#include "engine/net/stream.h"

namespace loads::http {

// Memory that one thread's receivers share: what is in it is gone as soon as a fiber suspends.
using Scratch = std::span<char>;

// What an answer is read for.
struct AnswerLimits {
  bool has_body = true;                 // false: it answers a HEAD
  std::uint64_t keep_body = 1U << 20U;  // bytes of the body that are kept
};
inline constexpr std::size_t kMaxHead = 64 * 1024;  // bytes of the status line and the header fields
inline constexpr std::size_t kMaxFields = 1000;

// How receiving an answer ended.
struct [[nodiscard]] Received {
  enum class End : std::uint8_t {
    complete,
    closed_before,  // the server closed the connection without a byte of an answer
    closed_within,  // ... in the middle of it
    timed_out,
    failed,     // errno in `error`; see Stream::why()
    malformed,  // `reason` says how
  };

  End end = End::complete;
  int error = 0;
  const char* reason = "";
  bool keep_alive = false;
  std::uint64_t bytes = 0;
  fiber::TimePoint first_byte{};
  fiber::TimePoint last_byte{};
};

// Reads one answer of HTTP/1.x from the stream: interim ones (1xx) are passed over; the body is delimited by its length, by chunks, or by
// the end of the connection (RFC 9112, 6.3). What has come behind an answer of status 101, in another protocol, is its body. Memory is
// bounded by the limits, whatever the server sends.
Received receive_answer(net::Stream& stream, Scratch scratch, const AnswerLimits& limits, Answer& answer);

// The same for bytes at hand, for the fuzzer and the tests: `source` gives the next bytes, at most buffer.size(), and 0 at the end.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual fiber::IoResult receive(std::span<char> buffer) = 0;
};
Received receive_answer(ByteSource& source, Scratch scratch, const AnswerLimits& limits, Answer& answer);

}  // namespace loads::http
