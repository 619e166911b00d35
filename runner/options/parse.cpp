#include "runner/options/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

#include "common/duration.h"
#include "common/plan/plan.h"
#include "common/thresholds/conjunction.h"
#include "common/thresholds/parse.h"
#include "engine/http/target.h"
#include "engine/http/url.h"

namespace loads::runner::parse {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

// Those that can be read, each once.
std::vector<std::string> expressions(const Texts& texts, thresholds::Threshold (*read)(std::string_view)) {
  std::vector<std::string> found;
  for (const std::string& text : texts) {
    const std::string expression = read(text).text;
    if (std::find(found.begin(), found.end(), expression) == found.end()) found.push_back(expression);
  }
  if (found.size() > thresholds::kMost) refuse("there may be " + std::to_string(thresholds::kMost) + " at most");
  return found;
}

bool is_negative(const std::string& text) {
  return text.size() > 1 && text.front() == '-' && text.find_first_not_of("0123456789", 1) == std::string::npos;
}

// "1e6", as other tools take it.
bool is_power(const std::string& text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' && text.find_first_not_of("0123456789eE+") == std::string::npos;
}

// "99999999h", which is too long to be one.
bool looks_like_time(const std::string& text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9' && text.find_first_not_of("0123456789.hmsun") == std::string::npos;
}

std::uint64_t number_of(const std::string& text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, trouble] = std::from_chars(text.data(), end, value);
  if (is_negative(text)) refuse(text + " is too small, the least is " + std::to_string(least));
  if (text.empty() || stop != end || trouble == std::errc::invalid_argument)
    refuse(quoted(text) + " is not a whole number" + (is_power(text) ? " in digits alone" : ""));
  if (trouble == std::errc::result_out_of_range || value > most) refuse(text + " is too large, the most is " + std::to_string(most));
  if (value < least) refuse(text + " is too small, the least is " + std::to_string(least));
  return value;
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

bool has_control_character(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

std::string percent(double value) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%g%%", value);
  return digits.data();
}

// What is counted, and has to be many: "rps>=100".
bool asks_for_much(const thresholds::Threshold& threshold) {
  const bool more = threshold.comparison == thresholds::Comparison::more || threshold.comparison == thresholds::Comparison::at_least;
  const bool is_figure = threshold.metric == thresholds::Metric::trend && threshold.figure != thresholds::Figure::count;
  return more && !is_figure && (threshold.unit == thresholds::Unit::per_second || threshold.unit == thresholds::Unit::none);
}

// RFC 9110, section 5.6.2.
bool is_token(const std::string& text) {
  static const std::string symbols = "!#$%&'*+-.^_`|~";
  const auto allowed = [](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || symbols.find(static_cast<char>(c)) != std::string::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

std::pair<std::string, std::string> header(const std::string& line) {
  const auto colon = line.find(':');
  if (colon == std::string::npos) refuse(quoted(line) + " is not a header: write 'Name: value'");
  std::string name = trimmed(line.substr(0, colon));
  std::string value = trimmed(line.substr(colon + 1));
  if (!is_token(name)) refuse(quoted(name) + " is not the name of a header");
  if (has_control_character(value)) refuse("the value of header " + name + " has a control character");
  return {std::move(name), std::move(value)};
}

}  // namespace

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = text.find(separator); end != std::string::npos; end = text.find(separator, begin)) {
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string text(const Texts& texts) { return texts.empty() ? std::string() : texts.back(); }

std::string file_name(const Texts& texts) {
  std::string name = text(texts);
  if (name == "-") refuse("it needs a file's name; only --json writes to stdout");
  return name;
}

bool boolean(const Texts& texts) {
  const std::string word = text(texts);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
  if (word == "false" || word == "no" || word == "off" || word == "0") return false;
  refuse(quoted(word) + " is neither true nor false");
}

std::uint64_t number(const Texts& texts, std::uint64_t least, std::uint64_t most) { return number_of(text(texts), least, most); }

std::vector<std::uint64_t> series(const Texts& texts, std::uint64_t most) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& part : split(text(texts), ':')) numbers.push_back(number_of(part, 1, most));
  return numbers;
}

std::chrono::nanoseconds duration(const Texts& texts) {
  const std::string word = text(texts);
  const auto value = parse_duration(word);
  if (!value)
    refuse(quoted(word) + " is not a time" + (looks_like_time(word) ? " of 30 years at most" : "") + ": write 90, 90s, 1m30s, 500ms or 2h");
  if (*value > plan::kLongest) refuse(quoted(word) + " is longer than 30 years");
  return *value;
}

std::chrono::nanoseconds positive_duration(const Texts& texts) {
  const auto value = duration(texts);
  if (value.count() == 0) refuse("it must be longer than 0");
  return value;
}

NamesAndValues assignments(const Texts& texts) {
  NamesAndValues result;
  for (const std::string& assignment : texts) {
    const auto equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos) refuse(quoted(assignment) + " is not NAME=VALUE");
    result.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
  }
  return result;
}

NamesAndValues headers(const Texts& texts) {
  NamesAndValues result;
  for (const std::string& line : texts) result.push_back(header(line));
  return result;
}

std::string http_url(const Texts& texts) {
  const std::string url = text(texts);
  const http::UrlResult parsed = http::parse_url(url);
  if (!parsed) refuse(parsed.error);
  if (parsed.url.scheme != http::Scheme::http && parsed.url.scheme != http::Scheme::https)
    refuse(quoted(http::without_userinfo(url)) + " cannot be used: it is neither http:// nor https://");
  return url;
}

std::string run_name(const std::string& word) {
  constexpr std::size_t kLongest = 8;
  const bool digits = !word.empty() && word.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!digits || word.size() > kLongest)
    refuse(quoted(http::without_userinfo(word)) + " is no run: its name is 8 digits from 0 to f, of which the first will do");
  return word;
}

std::pair<proto::BrokerLoss, std::chrono::nanoseconds> broker_loss(const std::string& word) {
  constexpr std::string_view kFor = "continue:";
  if (word.starts_with(kFor)) return {proto::BrokerLoss::continue_for, positive_duration({word.substr(kFor.size())})};
  if (word == "continue") return {proto::BrokerLoss::go_on, {}};
  if (word == "stop") return {proto::BrokerLoss::stop, {}};
  refuse(quoted(word) + " is not known: it is stop, continue, or continue:TIME");
}

std::vector<std::string> thresholds(const Texts& texts) { return expressions(texts, thresholds::parse); }

std::vector<std::string> abort_thresholds(const Texts& texts) { return expressions(texts, thresholds::parse_abort); }

std::vector<std::string> two(const Texts& texts) {
  if (texts.size() != 2) refuse("it takes two runs, A and B, and was given " + std::to_string(texts.size()));
  return texts;
}

std::vector<compare::Limit> max_regressions(const Texts& texts) {
  std::vector<compare::Limit> limits;
  for (const std::string& text : texts) {
    const compare::Limit limit = compare::parse_limit(text);
    const bool twice = std::any_of(limits.begin(), limits.end(), [&](const compare::Limit& one) { return one.metric == limit.metric; });
    if (twice) refuse("there are two limits of " + limit.metric.word);
    limits.push_back(limit);
  }
  if (limits.size() > thresholds::kMost) refuse("there may be " + std::to_string(thresholds::kMost) + " at most");
  return limits;
}

std::vector<std::string> conditions_of_levels(const Texts& texts) {
  std::vector<std::string> conditions;
  for (const thresholds::Threshold& one : thresholds::parse_conjunction(text(texts))) {
    if (asks_for_much(one))
      refuse(quoted(one.text) + " would not hold at a low rate, and what holds at low rates and no longer at high ones is searched for");
    conditions.push_back(one.text);
  }
  return conditions;
}

double percentage(const Texts& texts, double least, double most) {
  std::string digits = text(texts);
  if (digits.ends_with('%')) digits.pop_back();
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, trouble] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || stop != end || trouble != std::errc()) refuse(quoted(text(texts)) + " is not a percentage such as 3%");
  if (!(value >= least && value <= most)) refuse(quoted(text(texts)) + " is not between " + percent(least) + " and " + percent(most));
  return value / 100;
}

std::size_t choice(const std::string& word, const std::vector<std::string>& words) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string all;
  for (const std::string& one : words) all += (all.empty() ? "" : &one == &words.back() ? " or " : ", ") + one;
  refuse(quoted(word) + " is not known: it is " + all);
}

}  // namespace loads::runner::parse
