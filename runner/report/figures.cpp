#include "runner/report/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "common/duration.h"

namespace loads::runner {
namespace {
constexpr double kLongestClock = 9e9;  // seconds: what nanoseconds can count
}

std::string decimal(double value, int digits) {
  if (!std::isfinite(value)) return kNoValue;
  std::array<char, 400> text{};  // the largest double has 309 digits before the point
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string decimal_trimmed(double value, int digits) {
  std::string text = decimal(value, digits);
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string three_digits(double value) {
  const double magnitude = std::fabs(value);
  return decimal_trimmed(value, magnitude < 10 ? 2 : magnitude < 100 ? 1 : 0);
}

std::string per_second(double rate) {
  if (rate < 1) return decimal_trimmed(rate, 2);
  return rate < 100 ? decimal_trimmed(rate, 1) : decimal(rate, 0);
}

std::string whole(double value) { return decimal(std::floor(value), 0); }

std::string percentage(std::uint64_t part, std::uint64_t all) {
  if (all == 0) return kNoValue;
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(all);
  return decimal(std::floor(percent * 10) / 10, 1) + "%";
}

std::string response_time(std::optional<std::uint64_t> microseconds) {
  if (!microseconds) return kNoValue;
  return format_latency(std::chrono::microseconds(static_cast<std::int64_t>(*microseconds)));
}

std::string clock_time(std::chrono::duration<double> time) {
  const double seconds = std::isfinite(time.count()) ? std::clamp(time.count(), 0.0, kLongestClock) : 0.0;
  return format_clock(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seconds)));
}

std::string counted(std::uint64_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace loads::runner
