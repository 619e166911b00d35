#include "runner/report/text.h"

#include <locale.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cwchar>
#include <utility>

namespace loads::runner {
namespace {

constexpr std::size_t kLongest = 4096;  // bytes: no line of a summary needs more
constexpr std::string_view kEllipsis = "...";

// The C library decodes UTF-8 and knows the widths of characters, in a UTF-8 locale. Where there is none everything but ASCII is escaped.
class Utf8Locale {
 public:
  Utf8Locale() : locale_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {}
  ~Utf8Locale() {
    if (locale_ != nullptr) ::freelocale(locale_);
  }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;
  locale_t get() const { return locale_; }

 private:
  locale_t locale_;
};

// Switches the calling thread to the locale above while it lives.
class InUtf8 {
 public:
  InUtf8() : before_(::uselocale(locale().get())) {}
  ~InUtf8() { ::uselocale(before_); }
  InUtf8(const InUtf8&) = delete;
  InUtf8& operator=(const InUtf8&) = delete;

 private:
  static const Utf8Locale& locale() {
    static const Utf8Locale instance;
    return instance;
  }
  locale_t before_;
};

struct Glyph {
  std::string_view bytes;
  wchar_t code = 0;
  int columns = -1;  // -1: not to be shown as it is
};

bool turns_direction(wchar_t code) {
  return code == 0x61c || code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

bool is_invisible(wchar_t code) { return code == 0x200b || code == 0x2060 || code == 0xfeff || (code >= 0xe0000 && code <= 0xe007f); }

// The first character of `text`, which is not empty; a byte of its own when it is not UTF-8.
Glyph first_glyph(std::string_view text) {
  std::mbstate_t state{};
  wchar_t code = 0;
  const std::size_t length = std::mbrtowc(&code, text.data(), text.size(), &state);
  if (length == 0 || length > text.size()) return {text.substr(0, 1), static_cast<unsigned char>(text.front()), -1};
  const bool hidden = turns_direction(code) || is_invisible(code);
  return {text.substr(0, length), code, hidden ? -1 : ::wcwidth(code)};
}

std::string escaped(const Glyph& glyph) {
  std::array<char, 16> buffer{};
  const char* format = glyph.bytes.size() == 1 ? "\\x%02x" : "\\u%04x";
  std::snprintf(buffer.data(), buffer.size(), format, static_cast<unsigned>(glyph.code));
  return buffer.data();
}

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The longest beginning of `text` that is at most `columns` wide.
std::string_view beginning(std::string_view text, std::size_t columns) {
  const InUtf8 in_utf8;
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const Glyph glyph = first_glyph(text.substr(bytes));
    used += static_cast<std::size_t>(std::max(glyph.columns, 0));
    if (used > columns) break;
    bytes += glyph.bytes.size();
  }
  return text.substr(0, bytes);
}

// The longest end of `text` that is at most `columns` wide.
std::string_view ending(std::string_view text, std::size_t columns) {
  const std::size_t all = columns_of(text);
  if (all <= columns) return text;
  std::string_view head = beginning(text, all - columns);
  if (columns_of(head) < all - columns) head = beginning(text, all - columns + 1);  // within a character of two columns
  return text.substr(head.size());
}

}  // namespace

std::string printable(std::string_view text) {
  const bool cut = text.size() > kLongest;
  text = text.substr(0, kLongest);
  const InUtf8 in_utf8;
  std::string result;
  bool blank = false;
  while (!text.empty()) {
    if (is_blank(text.front())) {
      blank = true;
      text.remove_prefix(1);
      continue;
    }
    if (std::exchange(blank, false) && !result.empty()) result += ' ';
    const Glyph glyph = first_glyph(text);
    result += glyph.columns < 0 ? escaped(glyph) : std::string(glyph.bytes);
    text.remove_prefix(glyph.bytes.size());
  }
  if (cut) result += kEllipsis;
  return result;
}

std::size_t columns_of(std::string_view text) {
  const InUtf8 in_utf8;
  std::size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    columns += static_cast<std::size_t>(std::max(glyph.columns, 0));
    text.remove_prefix(glyph.bytes.size());
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns <= kEllipsis.size()) return std::string(beginning(text, columns));
  const std::size_t kept = columns - kEllipsis.size();
  std::string result(beginning(text, kept - kept / 2));
  result += kEllipsis;
  result += ending(text, kept / 2);
  return result;
}

std::string padded_right(std::string_view text, std::size_t columns) {
  const std::size_t width = columns_of(text);
  return std::string(text) + std::string(width < columns ? columns - width : 0, ' ');
}

std::string padded_left(std::string_view text, std::size_t columns) {
  const std::size_t width = columns_of(text);
  return std::string(width < columns ? columns - width : 0, ' ') + std::string(text);
}

namespace {

// `line`, the beginning of `text`, without the word that it cuts through; as it is when it is one word.
std::string_view whole_words(std::string_view line, std::string_view text) {
  if (line.size() == text.size() || text[line.size()] == ' ') return line;
  const auto blank = line.rfind(' ');
  return blank == std::string_view::npos || blank == 0 ? line : line.substr(0, blank);
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t max_lines) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    std::string_view line = beginning(text, columns);
    if (line.empty()) line = text.substr(0, 1);
    if (line.size() < text.size() && lines.size() + 1 == max_lines) {
      lines.push_back(std::string(whole_words(beginning(text, columns - kEllipsis.size()), text)) + std::string(kEllipsis));
      return lines;
    }
    line = whole_words(line, text);
    lines.emplace_back(line);
    text.remove_prefix(line.size());
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return lines;
}

}  // namespace loads::runner
