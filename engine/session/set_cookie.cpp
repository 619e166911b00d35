#include "engine/session/set_cookie.h"

#include <algorithm>
#include <charconv>

#include "engine/message/ascii.h"
#include "engine/session/cookie_date.h"

namespace loads::session {
namespace {

constexpr std::size_t kLargestPair = 4096;
constexpr std::size_t kLargestAttribute = 1024;
constexpr std::chrono::seconds kLongestLife = std::chrono::days(400);

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

// Takes what stands before the next ";".
std::string_view take_part(std::string_view& text) {
  const std::size_t end = text.find(';');
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

struct Pair {
  std::string_view name;
  std::string_view value;
};

Pair divide(std::string_view part) {
  const std::size_t equals = part.find('=');
  if (equals == std::string_view::npos) return {trimmed(part), {}};
  return {trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1))};
}

// Digits alone, and a sign: everything else is no Max-Age. One that is too large for any clock is a long time.
std::optional<std::chrono::seconds> read_max_age(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || !std::ranges::all_of(digits, message::is_digit)) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) return text.starts_with('-') ? std::chrono::seconds(0) : kLongestLife;
  return std::chrono::seconds(seconds);
}

class Reader {
 public:
  explicit Reader(std::chrono::sys_seconds now) : now_(now) {}

  void read_attribute(const Pair& attribute) {
    if (attribute.value.size() > kLargestAttribute) return;
    const auto named = [&](std::string_view name) { return message::equal_ignoring_case(attribute.name, name); };
    if (named("expires")) {
      if (const auto date = parse_cookie_date(attribute.value)) expires_ = date;
    } else if (named("max-age")) {
      if (const auto age = read_max_age(attribute.value)) max_age_ = age;
    } else if (named("domain")) {
      read_domain(attribute.value);
    } else if (named("path")) {
      cookie_.path = attribute.value.starts_with('/') ? attribute.value : std::string_view();
    } else if (named("secure")) {
      cookie_.secure = true;
    } else if (named("httponly")) {
      cookie_.http_only = true;
    }
  }

  SetCookie finish(const Pair& pair) {
    cookie_.name = pair.name;
    cookie_.value = pair.value;
    if (max_age_) {
      cookie_.expires = max_age_->count() <= 0 ? std::chrono::sys_seconds() : now_ + std::min(*max_age_, kLongestLife);
    } else if (expires_) {
      cookie_.expires = std::min(*expires_, now_ + kLongestLife);
    }
    return std::move(cookie_);
  }

 private:
  void read_domain(std::string_view value) {
    if (value.starts_with('.')) value.remove_prefix(1);
    cookie_.domain.resize(value.size());
    std::ranges::transform(value, cookie_.domain.begin(), message::to_lower);
  }

  std::chrono::sys_seconds now_;
  SetCookie cookie_;
  std::optional<std::chrono::sys_seconds> expires_;
  std::optional<std::chrono::seconds> max_age_;  // counts before expires_
};

}  // namespace

Cookie to_cookie(SetCookie set) {
  return {.name = std::move(set.name),
          .value = std::move(set.value),
          .domain = std::move(set.domain),
          .path = std::move(set.path),
          .expires = set.expires,
          .secure = set.secure,
          .http_only = set.http_only};
}

std::optional<SetCookie> parse_set_cookie(std::string_view text, std::chrono::sys_seconds now) {
  if (std::ranges::any_of(text, is_control)) return std::nullopt;
  const std::string_view part = take_part(text);
  Pair pair = divide(part);
  if (part.find('=') == std::string_view::npos) std::swap(pair.name, pair.value);  // a value without a name
  if (pair.name.empty() && pair.value.empty()) return std::nullopt;
  if (pair.name.size() + pair.value.size() > kLargestPair) return std::nullopt;
  Reader reader(now);
  while (!text.empty()) reader.read_attribute(divide(take_part(text)));
  return reader.finish(pair);
}

}  // namespace loads::session
