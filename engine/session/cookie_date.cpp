#include "engine/session/cookie_date.h"

#include <algorithm>
#include <array>

#include "engine/message/ascii.h"

namespace loads::session {
namespace {

using message::is_digit;

bool is_delimiter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x09 || (byte >= 0x20 && byte <= 0x2F) || (byte >= 0x3B && byte <= 0x40) || (byte >= 0x5B && byte <= 0x60) ||
         (byte >= 0x7B && byte <= 0x7E);
}

// A number of `least` to `most` digits at the front, taken off; the digits may be followed by anything else.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  std::size_t size = 0;
  int value = 0;
  while (size < text.size() && size <= most && is_digit(text[size])) value = value * 10 + (text[size++] - '0');
  if (size < least || size > most) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

struct Found {
  std::optional<std::chrono::seconds> time;
  std::optional<unsigned> day;
  std::optional<unsigned> month;
  std::optional<int> year;
};

std::optional<std::chrono::seconds> read_time(std::string_view token) {
  const auto hour = take_number(token, 1, 2);
  if (!hour || !token.starts_with(':')) return std::nullopt;
  token.remove_prefix(1);
  const auto minute = take_number(token, 1, 2);
  if (!minute || !token.starts_with(':')) return std::nullopt;
  token.remove_prefix(1);
  const auto second = take_number(token, 1, 2);
  if (!second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::chrono::seconds(-1);  // a time, and none that there is
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<unsigned> read_month(std::string_view token) {
  constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto found =
      std::ranges::find_if(kMonths, [&](std::string_view name) { return message::equal_ignoring_case(name, token.substr(0, 3)); });
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

// Each part is what the first token says that can be it.
void read(std::string_view token, Found& found) {
  if (!found.time && (found.time = read_time(token))) return;
  std::string_view rest = token;
  if (!found.day) {
    if (const auto day = take_number(rest, 1, 2)) {
      found.day = static_cast<unsigned>(*day);
      return;
    }
  }
  if (!found.month && (found.month = read_month(token))) return;
  rest = token;
  if (!found.year) found.year = take_number(rest, 2, 4);
}

int whole_year(int year) {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text) {
  Found found;
  while (!text.empty()) {
    const auto end = std::ranges::find_if(text, is_delimiter);
    const std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (!token.empty()) read(token, found);
    text.remove_prefix(std::min(token.size() + 1, text.size()));
  }
  if (!found.time || found.time->count() < 0 || !found.day || !found.month || !found.year || whole_year(*found.year) < 1601) return {};
  const auto date = std::chrono::year(whole_year(*found.year)) / std::chrono::month(*found.month) / std::chrono::day(*found.day);
  if (!date.ok()) return {};
  return std::chrono::sys_days(date) + *found.time;
}

}  // namespace loads::session
