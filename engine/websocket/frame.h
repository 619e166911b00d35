#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/message/byte_buffer.h"

namespace loads::websocket {

// Frames of RFC 6455, section 5, as a client writes and reads them: its own are masked, the server's must not be. Pure.

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

inline bool is_control(Opcode opcode) { return static_cast<std::uint8_t>(opcode) >= 8; }

inline constexpr std::size_t kMostOfControl = 125;  // bytes that a control frame may carry

// What stands before the payload of a frame, without the mask.
struct FrameHeader {
  Opcode opcode = Opcode::text;
  bool final = true;        // the last frame of its message
  bool compressed = false;  // RSV1: the message that begins here is (RFC 7692)
  std::uint64_t length = 0;
};

struct [[nodiscard]] HeaderResult {
  std::size_t size = 0;         // bytes that the header takes; 0: more are needed, unless there is an error
  const char* error = nullptr;  // in words
};

// Reads the header at the front of a server's `bytes`, strictly: no unknown opcode or reserved bit, no mask, the length in its shortest
// form, control frames short and whole.
HeaderResult read_header(std::string_view bytes, FrameHeader& header);
inline constexpr std::size_t kMostOfHeader = 10;

using MaskKey = std::array<char, 4>;

// Appends the frame with its payload, masked with `key`. `header.length` is not looked at: the payload says it.
void append_frame(message::ByteBuffer& out, const FrameHeader& header, std::string_view payload, MaskKey key);

// A key that nobody can guess who has not seen this thread's earlier ones (RFC 6455, 10.3, asks that no server-side script can).
MaskKey next_mask_key();

}  // namespace loads::websocket
