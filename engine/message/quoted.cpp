#include "engine/message/quoted.h"

namespace loads::message {

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

std::string shortened(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      append_escape(out, c);
    } else {
      out += c;
    }
  }
  return out + (text.size() > most ? "..." : "");
}

std::string quoted(std::string_view text) { return "'" + shortened(text, 100) + "'"; }

}  // namespace loads::message
