#include "common/utf8.h"

#include <cstring>

namespace loads {
namespace {

// How many of the first bytes are ASCII for sure: looked at eight at a time, since most text is nothing else.
std::size_t ascii_words(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return at;
}

}  // namespace

bool Utf8::take(std::string_view piece) {
  for (std::size_t at = missing_ == 0 ? ascii_words(piece) : 0; at < piece.size(); ++at) {
    const auto byte = static_cast<std::uint8_t>(piece[at]);
    if (missing_ == 0) {
      if (byte >= 0x80 && !begin_character(byte)) return false;
      continue;
    }
    if (byte < least_ || byte > most_) return false;
    least_ = 0x80;
    most_ = 0xbf;
    --missing_;
  }
  return true;
}

// The second byte of some is bounded more closely: what would be too long a form, a surrogate or too large a number.
bool Utf8::begin_character(std::uint8_t byte) {
  if (byte < 0xc2 || byte > 0xf4) return false;
  missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) least_ = 0xa0;
  if (byte == 0xed) most_ = 0x9f;
  if (byte == 0xf0) least_ = 0x90;
  if (byte == 0xf4) most_ = 0x8f;
  return true;
}

}  // namespace loads
