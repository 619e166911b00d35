#include "runner/options/parse_load.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

#include "common/duration.h"
#include "runner/options/parse.h"

namespace loads::runner::parse {
namespace {

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

// In seconds; 0 for no unit that is one.
double seconds_of(const std::string& unit) {
  if (unit == "s" || unit == "sec" || unit == "second") return 1;
  if (unit == "m" || unit == "min" || unit == "minute") return 60;
  if (unit == "h" || unit == "hour") return 3600;
  return 0;
}

double amount(const std::string& word, const std::string& whole) {
  double value = 0;
  const char* end = word.data() + word.size();
  const auto [stop, trouble] = std::from_chars(word.data(), end, value);
  if (word.empty() || stop != end || trouble != std::errc() || !std::isfinite(value) || value < 0)
    refuse('"' + whole + "\" does not begin with a number that is 0 or more");
  return value;
}

std::chrono::nanoseconds time(const std::string& word) {
  const auto time = parse_duration(word);
  if (!time) refuse('"' + word + "\" is not a time such as 30s, 1m30s or 500ms");
  if (*time > plan::kLongest) refuse('"' + word + "\" is longer than 30 years");
  return *time;
}

plan::Stage stage(const std::string& text, bool& is_rate) {
  const auto colon = text.find(':');
  if (colon == std::string::npos) refuse('"' + text + "\" is not TIME:USERS or TIME:RATE, such as 30s:10 or 30s:10/s");
  const std::string value = text.substr(colon + 1);
  is_rate = value.find('/') != std::string::npos;
  return {time(text.substr(0, colon)), is_rate ? rate(value) : amount(value, value)};
}

}  // namespace

double rate(const std::string& word) {
  const auto slash = word.find('/');
  const double unit = slash == std::string::npos ? 1 : seconds_of(word.substr(slash + 1));
  if (unit == 0) refuse('"' + word + "\" is not a rate such as 500/s, 30/m or 1000/h");
  return amount(word.substr(0, slash), word) / unit;
}

// A bare number above it was probably meant as a percentage.
constexpr double kLargestBareFactor = 20;

double factor(const Texts& texts) {
  const std::string word = text(texts);
  const bool is_percentage = word.ends_with('%');
  const bool has_unit = is_percentage || word.ends_with('x');
  const double value = amount(word.substr(0, word.size() - (has_unit ? 1 : 0)), word) / (is_percentage ? 100 : 1);
  if (value == 0) refuse("a load of 0 is --pause");
  if (!has_unit && value > kLargestBareFactor)
    refuse(word + " is " + word + " times the planned load: write " + word + "x when that is meant, or " + word + "%");
  return value;
}

std::vector<double> rates(const Texts& texts) {
  std::vector<double> rates;
  for (const std::string& word : split(text(texts), ':')) rates.push_back(rate(word));
  for (const double one : rates) {
    if (one == 0) refuse("a rate of 0 begins nothing");
  }
  return rates;
}

LoadOptions::Stages stages(const Texts& texts) {
  LoadOptions::Stages all;
  for (const std::string& word : split(text(texts), ',')) {
    bool is_rate = false;
    all.stages.push_back(stage(word, is_rate));
    if (all.stages.size() == 1) all.of_rate = is_rate;
    if (all.of_rate != is_rate) refuse("stages are either all of users (30s:10) or all of rates (30s:10/s)");
  }
  return all;
}

std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds> time_range(const Texts& texts) {
  const std::vector<std::string> words = split(text(texts), ':');
  if (words.size() > 2) refuse('"' + text(texts) + "\" is not a time, or two of them such as 1s:3s");
  const auto least = time(words.front());
  const auto most = time(words.back());
  if (least > most) refuse("the second time is shorter than the first");
  return {least, most};
}

}  // namespace loads::runner::parse
