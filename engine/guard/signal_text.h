#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace loads::guard {

// A line of text put together in a signal handler: no allocation, no locale, cut off when it is full.
class SignalText {
 public:
  SignalText& operator<<(std::string_view text) {
    for (const char c : text) {
      if (size_ < text_.size()) text_[size_++] = c;
    }
    return *this;
  }
  SignalText& operator<<(std::uint64_t number) { return append(number, 10); }
  SignalText& hex(std::uint64_t number) {
    *this << "0x";
    return append(number, 16);
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  SignalText& append(std::uint64_t number, unsigned base) {
    std::array<char, 20> digits{};
    std::size_t first = digits.size();
    do {
      digits[--first] = "0123456789abcdef"[number % base];
      number /= base;
    } while (number != 0);
    return *this << std::string_view(digits.data() + first, digits.size() - first);
  }

  std::array<char, 1024> text_{};
  std::size_t size_ = 0;
};

}  // namespace loads::guard
