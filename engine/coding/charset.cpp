#include "engine/coding/charset.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace loads::coding {
namespace {

constexpr std::string_view kNoCharacter = "\xEF\xBF\xBD";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Those of the web. Others are not asked of iconv: the names come from servers, and it has more than is good for anybody.
constexpr std::array kForeign = std::to_array<const char*>(
    {"iso-8859-1",   "latin1",       "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",   "iso-8859-6",   "iso-8859-7",
     "iso-8859-8",   "iso-8859-9",   "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",  "iso-8859-16",  "windows-1250",
     "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
     "koi8-r",       "koi8-u",       "shift_jis",    "euc-jp",       "euc-kr",       "gb2312",       "gbk",          "gb18030",
     "big5",         "utf-16",       "utf-16le",     "utf-16be"});

// iconv's name of it; null when it is none of them.
const char* find_foreign(std::string_view charset) {
  const auto found = std::ranges::find_if(kForeign, [&](const char* name) { return same(name, charset); });
  return found == kForeign.end() ? nullptr : *found;
}

class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (is_open()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }  // NOLINT(performance-no-int-to-ptr): as iconv has it

  std::string convert(std::string_view bytes) {
    std::string out;
    char* next = const_cast<char*>(bytes.data());  // iconv does not write to it
    std::size_t left = bytes.size();
    while (left > 0) {
      std::array<char, 4096> piece;
      char* room = piece.data();
      std::size_t free = piece.size();
      const bool stopped = iconv(handle_, &next, &left, &room, &free) == static_cast<std::size_t>(-1);
      const int error = errno;
      out.append(piece.data(), piece.size() - free);
      if (!stopped || error == E2BIG) continue;
      out += kNoCharacter;
      if (error != EILSEQ) break;  // it is cut off
      ++next;
      --left;
    }
    return out;
  }

 private:
  iconv_t handle_;
};

}  // namespace

std::string_view charset_of(std::string_view content_type) {
  constexpr std::string_view kName = "charset=";
  const auto found =
      std::search(content_type.begin(), content_type.end(), kName.begin(), kName.end(), [](char a, char b) { return lower(a) == b; });
  if (found == content_type.end()) return {};
  const std::string_view value = content_type.substr(static_cast<std::size_t>(found - content_type.begin()) + kName.size());
  if (value.starts_with('"')) return value.substr(1, value.find('"', 1) - 1);
  return value.substr(0, value.find_first_of("; \t"));
}

bool is_foreign(std::string_view charset) { return find_foreign(charset) != nullptr; }

std::string to_utf8(std::string_view charset, std::string_view bytes) {
  const char* name = find_foreign(charset);
  if (name == nullptr) return std::string(bytes);
  Converter converter(name);
  return converter.is_open() ? converter.convert(bytes) : std::string(bytes);
}

}  // namespace loads::coding
