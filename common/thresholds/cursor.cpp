#include "common/thresholds/cursor.h"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace loads::thresholds {

void Cursor::skip_blanks() {
  take_while([](char c) { return c == ' ' || c == '\t'; });
}

bool Cursor::take(std::string_view word) {
  if (!rest().starts_with(word)) return false;
  at_ += word.size();
  return true;
}

std::string Cursor::quoted(std::string_view part) {
  std::string text = "\"";
  for (const char c : part) {
    const auto byte = static_cast<unsigned char>(c);
    std::array<char, 8> shown{c};
    if (byte < 0x20 || byte == 0x7f) std::snprintf(shown.data(), shown.size(), "\\x%02x", byte);
    text += shown.data();
  }
  return text + "\"";
}

void Cursor::fail(const std::string& why) const { throw std::invalid_argument(quoted(text_) + ": " + why); }

}  // namespace loads::thresholds
