#include "engine/http/percent_encoding.h"

#include <array>

namespace loads::http {
namespace {

// A set of bytes as a table: URLs are read once per request.
using ByteSet = std::array<bool, 256>;

constexpr ByteSet byte_set(std::string_view marks) {
  ByteSet set{};
  for (int i = 1; i < 128; ++i) {
    const char c = static_cast<char>(i);
    set[static_cast<std::size_t>(i)] = is_unreserved(c) || is_one_of(c, marks);
  }
  return set;
}

constexpr ByteSet kPathBytes = byte_set("!$&'()*+,;=:@/");
constexpr ByteSet kQueryBytes = byte_set("!$&'()*+,;=:@/?");

void append_encoded(std::string& out, std::string_view text, const ByteSet& allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (allowed[static_cast<unsigned char>(text[i])] || begins_escape(text, i)) {
      out += text[i];
    } else {
      append_escape(out, text[i]);
    }
  }
}

}  // namespace

bool begins_escape(std::string_view text, std::size_t at) {
  return text[at] == '%' && text.size() - at > 2 && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

void append_path(std::string& out, std::string_view text) { append_encoded(out, text, kPathBytes); }

void append_query_text(std::string& out, std::string_view text) { append_encoded(out, text, kQueryBytes); }

std::string percent_decode(std::string_view text) {
  const auto digit = [](char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_escape(text, i)) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace loads::http
