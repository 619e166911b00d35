#include "common/duration.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace loads {
namespace {

using Nanoseconds = std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 6> kUnits = {
    {{"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}}};
constexpr std::size_t kSecond = 2;  // index of "s"

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), wanted);
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

// total += digits[.fraction] of unit; false when that is too much.
bool add(std::int64_t& total, std::string_view digits, std::string_view fraction, std::int64_t unit) {
  std::int64_t whole = 0;
  for (const char digit : digits) {
    if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, digit - '0', &whole)) return false;
  }
  if (__builtin_mul_overflow(whole, unit, &whole) || __builtin_add_overflow(total, whole, &total)) return false;
  for (const char digit : fraction) {
    unit /= 10;
    if (__builtin_add_overflow(total, unit * (digit - '0'), &total)) return false;
  }
  return true;
}

template <typename... Values>
std::string print(const char* format, Values... values) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, values...);
  return buffer.data();
}

// "1.5ms": `count` thousandths of a unit, without trailing zeros.
std::string with_thousandths(std::int64_t count, std::string_view unit) {
  std::string text = std::to_string(count / 1000);
  if (count % 1000 != 0) {
    text += print(".%03lld", static_cast<long long>(count % 1000));
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text.append(unit);
}

}  // namespace

std::optional<Nanoseconds> parse_duration(std::string_view text) {
  std::int64_t total = 0;
  auto next_unit = kUnits.begin();
  if (text.empty()) return std::nullopt;
  for (bool first = true; !text.empty(); first = false) {
    const auto digits = take_while(text, is_digit);
    std::string_view fraction;
    if (!text.empty() && text.front() == '.') {
      text.remove_prefix(1);
      fraction = take_while(text, is_digit);
      if (fraction.empty()) return std::nullopt;
    }
    if (digits.empty()) return std::nullopt;
    const auto name = take_while(text, [](char c) { return c >= 'a' && c <= 'z'; });
    const bool bare = name.empty() && first && text.empty();
    const auto unit =
        bare ? kUnits.begin() + kSecond : std::find_if(next_unit, kUnits.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == kUnits.end() || !add(total, digits, fraction, unit->nanoseconds)) return std::nullopt;
    next_unit = unit + 1;
  }
  return Nanoseconds(total);
}

std::string format_duration(Nanoseconds duration) {
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  if (ns == 0) return "0s";
  if (ns < 1'000) return std::to_string(ns) + "ns";
  if (ns < 1'000'000) return with_thousandths(ns, "us");
  if (ns < 1'000'000'000) return with_thousandths(ns / 1'000, "ms");
  const std::int64_t ms = ns / 1'000'000 + (ns % 1'000'000 >= 500'000 ? 1 : 0);
  const std::int64_t minutes = ms / 60'000;
  std::string text;
  if (minutes >= 60) text += std::to_string(minutes / 60) + "h";
  if (minutes % 60 != 0) text += std::to_string(minutes % 60) + "m";
  if (ms % 60'000 != 0) text += with_thousandths(ms % 60'000, "s");
  return text;
}

std::string format_latency(Nanoseconds duration) {
  const std::int64_t ns = std::max<std::int64_t>(duration.count(), 0);
  const auto value = static_cast<double>(ns);
  // Each bound is where rounding would reach the next form: 999.6us is 1.0ms.
  if (ns < 999'500) return print("%.0fus", value / 1e3);
  if (ns < 99'950'000) return print("%.1fms", value / 1e6);
  if (ns < 999'500'000) return print("%.0fms", value / 1e6);
  if (ns < 9'995'000'000) return print("%.2fs", value / 1e9);
  if (ns < 59'950'000'000) return print("%.1fs", value / 1e9);
  const auto seconds = static_cast<long long>(ns / 1'000'000'000 + (ns % 1'000'000'000 >= 500'000'000 ? 1 : 0));
  if (seconds < 3600) return print("%lldm%02llds", seconds / 60, seconds % 60);
  const long long minutes = (seconds + 30) / 60;
  return print("%lldh%02lldm", minutes / 60, minutes % 60);
}

std::string format_clock(Nanoseconds duration) {
  const long long seconds = std::max<long long>(duration.count(), 0) / 1'000'000'000;
  if (seconds < 3600) return print("%02lld:%02lld", seconds / 60, seconds % 60);
  return print("%02lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace loads
