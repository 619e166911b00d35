#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/fiber/fiber.h"
#include "engine/message/answer.h"
#include "engine/message/body_source.h"

namespace loads::http2 {

// How a stream ended: one request, and its answer or the lack of one.
enum class StreamEnd : std::uint8_t {
  open,          // it has not
  complete,      // the answer is whole
  unprocessed,   // the server says that it has not touched the request: it may be sent again, whatever it does
  reset,         // by the server
  malformed,     // by us, because of what the server sent: Stream::reason
  unsendable,    // by us, because the request cannot be sent: Stream::reason
  disconnected,  // the connection has ended first
};

// The body of a request: bytes, or a source of them. Not owned.
struct Payload {
  std::string_view bytes{};
  message::BodySource* source = nullptr;

  bool empty() const { return bytes.empty() && source == nullptr; }
};

// One request on its way, and the answer to it. The session owns it, and whoever submitted it uses it until he releases it.
struct Stream {
  static constexpr std::int32_t kNone = 0;

  std::int32_t id = kNone;
  message::Answer* answer = nullptr;  // null once nobody waits for it
  message::AnswerLimits limits;
  Payload unsent;
  fiber::Fiber* waiter = nullptr;

  StreamEnd end = StreamEnd::open;
  std::uint32_t code = 0;  // of a reset
  std::string reason;      // why the request cannot be sent, or the answer cannot be read
  bool reset_by_server = false;
  bool closed = false;          // nghttp2 knows it no more
  bool has_final_head = false;  // one that is no interim answer
  std::size_t head_bytes = 0;   // of all heads

  fiber::TimePoint sent{};  // when the last of the request was handed out
  fiber::TimePoint first_byte{};
  fiber::TimePoint last_byte{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;

  bool ended() const { return end != StreamEnd::open; }
};

}  // namespace loads::http2
