#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "engine/fiber/clock.h"
#include "engine/message/answer.h"
#include "engine/message/scratch.h"
#include "engine/net/stream.h"

namespace loads::http {

using message::Answer;
using message::AnswerLimits;
using message::ByteBuffer;
using message::kMaxFields;
using message::kMaxHead;
using message::Scratch;

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

// Reads an answer piece by piece, for bodies without end and for those that are larger than what one would keep. The answer is filled with
// its head first; then its body is one piece after another. Stream and answer outlive it; between the calls nothing of it is in the
// scratch.
class PieceReceiver {
 public:
  static std::unique_ptr<PieceReceiver> make(net::Stream& stream, Scratch scratch, bool has_body, Answer& answer);
  static std::unique_ptr<PieceReceiver> make(ByteSource& source, Scratch scratch, bool has_body, Answer& answer);

  virtual ~PieceReceiver() = default;
  virtual bool head() = 0;                     // false: result() says why not
  virtual bool next() = 0;                     // likewise, or the body is at its end: then result().end is complete
  virtual bool at_end() const = 0;             // of the body
  virtual const Received& result() const = 0;  // so far
};

}  // namespace loads::http
