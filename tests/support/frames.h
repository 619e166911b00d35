#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loads::support {

// Frames as a server sends them, right or wrong: `first` is the first byte, flags and opcode, and the length has its shortest form.
inline std::string frame(std::uint8_t first, std::string_view payload) {
  std::string out(1, static_cast<char>(first));
  if (payload.size() < 126) {
    out += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(126);
    for (const unsigned shift : {8U, 0U}) out += static_cast<char>(payload.size() >> shift & 0xffU);
  } else {
    out += static_cast<char>(127);
    for (unsigned shift = 64; shift > 0; shift -= 8) out += static_cast<char>(payload.size() >> (shift - 8) & 0xffU);
  }
  return out.append(payload);
}

inline std::string text_frame(std::string_view payload) { return frame(0x81, payload); }
inline std::string binary_frame(std::string_view payload) { return frame(0x82, payload); }
inline std::string ping_frame(std::string_view payload) { return frame(0x89, payload); }
inline std::string pong_frame(std::string_view payload) { return frame(0x8a, payload); }

inline std::string close_frame(std::uint16_t code, std::string_view reason = {}) {
  std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xffU)};
  return frame(0x88, payload.append(reason));
}

}  // namespace loads::support
