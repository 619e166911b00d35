#pragma once

#include <cstdint>
#include <string_view>

namespace loads {

// Whether bytes that come piece by piece are UTF-8 (RFC 3629: no surrogates, nothing above U+10FFFF, nothing in a longer form than
// needed). Says no at the first byte that cannot be right.
class Utf8 {
 public:
  bool take(std::string_view piece);               // false: it is not, and stays so
  bool is_whole() const { return missing_ == 0; }  // no character is begun and not ended
  void clear() { *this = Utf8(); }

 private:
  bool begin_character(std::uint8_t byte);

  int missing_ = 0;            // bytes of the character that has begun
  std::uint8_t least_ = 0x80;  // that the next byte of it may be
  std::uint8_t most_ = 0xbf;
};

inline bool is_utf8(std::string_view text) {
  Utf8 checker;
  return checker.take(text) && checker.is_whole();
}

}  // namespace loads
