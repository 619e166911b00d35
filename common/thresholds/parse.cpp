#include "common/thresholds/parse.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <tuple>
#include <vector>

#include "common/duration.h"
#include "common/suggest.h"
#include "common/thresholds/cursor.h"

namespace loads::thresholds {
namespace {

enum class Name : std::uint8_t { none, optional, required };          // in braces behind the metric
enum class Value : std::uint8_t { time, rate, number, share, both };  // both: a number, or a share of the whole

struct Row {
  std::string_view word;
  Metric metric;
  Figure figure;
  Name name;
  Value value;
};

// A percentile and a status have rows of their own words: see percentile_of() and status_of().
constexpr std::array kRows = {
    Row{"min", Metric::time, Figure::min, Name::optional, Value::time},
    Row{"mean", Metric::time, Figure::mean, Name::optional, Value::time},
    Row{"max", Metric::time, Figure::max, Name::optional, Value::time},
    Row{"hits", Metric::hits, Figure::count, Name::optional, Value::number},
    Row{"rps", Metric::rate, Figure::count, Name::optional, Value::rate},
    Row{"unanswered", Metric::unanswered, Figure::count, Name::optional, Value::both},
    Row{"errors", Metric::errors, Figure::count, Name::none, Value::both},
    Row{"failures", Metric::failures, Figure::count, Name::none, Value::both},
    Row{"success", Metric::success, Figure::count, Name::none, Value::both},
    Row{"counter", Metric::counter, Figure::count, Name::required, Value::number},
    Row{"check", Metric::check, Figure::count, Name::required, Value::share},
    Row{"trend", Metric::trend, Figure::percentile, Name::required, Value::number},
};
constexpr Row kPercentile{"", Metric::time, Figure::percentile, Name::optional, Value::time};
constexpr Row kStatus{"", Metric::status, Figure::count, Name::optional, Value::both};

constexpr const char* kMetrics =
    "Metrics: p50 to p99.9, min, mean, max, hits, rps, unanswered, status_503, status_5xx, errors, failures, success, counter{NAME}, "
    "check{NAME}, trend{NAME}.p95";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_control(char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }
bool is_of_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == '-'; }

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

// "p99.9" is 0.999.
std::optional<double> percentile_of(std::string_view word) {
  if (word.size() < 2 || word.front() != 'p' || !is_digit(word[1])) return {};
  const auto percent = number_of(word.substr(1));
  if (!percent || *percent <= 0 || *percent >= 100) return {};
  return *percent / 100;
}

// "status_503", or "status_5xx" for all that begin with 5.
std::optional<std::pair<int, int>> status_of(std::string_view word) {
  constexpr std::string_view kBegin = "status_";
  if (!word.starts_with(kBegin) || word.size() != kBegin.size() + 3) return {};
  const std::string_view code = word.substr(kBegin.size());
  if (code[0] < '1' || code[0] > '9') return {};
  const int hundreds = (code[0] - '0') * 100;
  if (code.substr(1) == "xx") return {{hundreds, hundreds + 99}};
  if (!is_digit(code[1]) || !is_digit(code[2])) return {};
  const int status = hundreds + (code[1] - '0') * 10 + (code[2] - '0');
  return {{status, status}};
}

// What other tools call it, or what was probably meant.
std::string advice_for(std::string_view word) {
  constexpr std::array<std::array<std::string_view, 2>, 8> kSynonyms = {{{"avg", "mean"},
                                                                         {"average", "mean"},
                                                                         {"med", "p50"},
                                                                         {"median", "p50"},
                                                                         {"p100", "max"},
                                                                         {"p0", "min"},
                                                                         {"requests", "hits"},
                                                                         {"count", "hits"}}};
  for (const auto& [theirs, ours] : kSynonyms) {
    if (word == theirs) return " Did you mean " + std::string(ours) + "?";
  }
  std::vector<std::string> words;
  for (const Row& row : kRows) words.emplace_back(row.word);
  for (const char* more : {"p50", "p90", "p95", "p99", "p99.9", "status_5xx", "status_4xx", "status_503"}) words.emplace_back(more);
  return did_you_mean(word, words);
}

// "TestWebSite {id}}": what stands before the brace that closes it.
std::string take_name(Cursor& at) {
  std::string name;
  for (std::size_t depth = 1; !at.at_end();) {
    const bool escaped = at.take("\\") && !at.at_end();
    const char c = at.peek();
    at.take(std::string_view(&c, 1));
    if (!escaped && c == '{') ++depth;
    if (!escaped && c == '}' && --depth == 0) return name;
    name += c;
  }
  at.fail("the name behind { has no end. Close it: }");
}

// "GET  /" is how the summary aligns "GET /", and from there people copy it.
std::string without_padding(std::string name) {
  const std::size_t method = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (method == 0 || method == std::string::npos) return name;
  const std::size_t path = name.find_first_not_of(' ', method);
  if (path != std::string::npos && path > method + 1) name.erase(method + 1, path - method - 1);
  return name;
}

Row take_metric(Cursor& at, Threshold& threshold, const std::string& known) {
  const std::string_view word = at.take_while(is_of_word);
  if (word.empty()) at.fail("it begins with no metric. A threshold looks like this: p95<500ms. " + known);
  if (const auto quantile = percentile_of(word)) {
    threshold.quantile = *quantile;
    return kPercentile;
  }
  if (const auto statuses = status_of(word)) {
    std::tie(threshold.lowest_status, threshold.highest_status) = *statuses;
    return kStatus;
  }
  const auto* row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.word == word; });
  if (row == kRows.end()) at.fail("there is no metric " + Cursor::quoted(word) + "." + advice_for(word) + " " + known);
  return *row;
}

// ".p95" of a trend.
void take_figure(Cursor& at, Threshold& threshold) {
  const std::string_view word = at.take(".") ? at.take_while(is_of_word) : std::string_view();
  if (const auto quantile = percentile_of(word)) {
    threshold.quantile = *quantile;
    return;
  }
  constexpr std::array<std::pair<std::string_view, Figure>, 4> kFigures = {
      {{"min", Figure::min}, {"mean", Figure::mean}, {"max", Figure::max}, {"count", Figure::count}}};
  const auto* found = std::find_if(kFigures.begin(), kFigures.end(), [&](const auto& one) { return one.first == word; });
  if (found == kFigures.end())
    at.fail((word.empty() ? std::string("which figure of the trend?") : "a trend has no " + Cursor::quoted(word) + ".") +
            " Say trend{NAME}.p95, or .min, .mean, .max, .count");
  threshold.figure = found->second;
}

void take_subject(Cursor& at, const Row& row, Threshold& threshold, std::string_view word) {
  const bool named = at.take("{");
  if (named) threshold.name = without_padding(take_name(at));
  if (named && row.name == Name::none)
    at.fail(std::string(word) + " counts test runs, which have no name. Leave {" + threshold.name + "} out");
  if (row.name == Name::required && threshold.name.empty()) at.fail(std::string(word) + " needs a name: " + std::string(word) + "{NAME}");
  if (named && threshold.name.empty()) at.fail("the name between { and } is empty");
  if (row.metric == Metric::trend) take_figure(at, threshold);
}

Comparison take_operator(Cursor& at) {
  if (at.take("<=")) return Comparison::at_most;
  if (at.take(">=")) return Comparison::at_least;
  if (at.take("<")) return Comparison::less;
  if (at.take(">")) return Comparison::more;
  const std::string_view found = at.take_while([](char c) { return c == '=' || c == '!' || c == '~'; });
  if (!found.empty()) at.fail(Cursor::quoted(found) + " is no comparison here. Those are <, <=, > and >=");
  if (at.at_end()) at.fail("it lacks a comparison and a value: <500ms, or <1%");
  at.fail("a comparison is expected before " + Cursor::quoted(at.rest()) + ": <, <=, > or >=");
}

double take_time(const Cursor& at, std::string_view value) {
  const auto time = parse_duration(value);
  if (time && !is_digit(value.back())) return std::chrono::duration<double>(*time).count();
  if (number_of(value)) at.fail(Cursor::quoted(value) + " lacks its unit: " + std::string(value) + "ms or " + std::string(value) + "s");
  at.fail(Cursor::quoted(value) + " is no time. Times look like 500ms, 1.5s or 1m30s");
}

double number_in(const Cursor& at, std::string_view text, std::string_view value) {
  const auto number = number_of(text);
  if (!number) at.fail(Cursor::quoted(value) + " is no number");
  return *number;
}

// In percent, of a share.
void take_value(Cursor& at, Value kind, Threshold& threshold) {
  const std::string_view value = at.take_while([](char c) { return c != ' ' && c != '\t'; });
  if (value.empty()) at.fail("it lacks a value behind " + std::string(to_string(threshold.comparison)));
  if (kind == Value::time) {
    threshold.unit = Unit::seconds;
    threshold.limit = take_time(at, value);
    return;
  }
  std::string_view digits = value;
  const bool percent = digits.ends_with("%");
  if (percent) digits.remove_suffix(1);
  if (kind == Value::rate && digits.ends_with("/s")) digits.remove_suffix(2);
  threshold.limit = number_in(at, digits, value);
  if (percent && kind != Value::share && kind != Value::both) at.fail(Cursor::quoted(value) + ": this is no share. Leave the % out");
  if (!percent && kind == Value::share) at.fail(Cursor::quoted(value) + ": this is a share. Write " + std::string(value) + "%");
  threshold.unit = percent ? Unit::percent : kind == Value::rate ? Unit::per_second : Unit::none;
}

// "for 10s"
void take_window(Cursor& at, Threshold& threshold) {
  if (!at.take("for")) return;
  at.skip_blanks();
  const std::string_view word = at.take_while([](char c) { return c != ' ' && c != '\t'; });
  const auto time = parse_duration(word);
  if (!time || is_digit(word.back())) at.fail(Cursor::quoted(word) + " is no time. Say: for 10s");
  if (*time < kShortestWindow || *time > kLongestWindow)
    at.fail("\"for " + std::string(word) + "\" is " + (*time > kLongestWindow ? "too long: an hour is the most" : "no time at all"));
  threshold.window = *time;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Fit to be quoted in a message.
Threshold checked(std::string_view text) {
  Threshold threshold;
  threshold.text = trimmed(text);
  const Cursor at(threshold.text);
  if (std::any_of(threshold.text.begin(), threshold.text.end(), is_control)) at.fail("it has a control character");
  if (threshold.text.size() > kLongest) Cursor(threshold.text.substr(0, 40)).fail("it goes on for more than 500 characters");
  return threshold;
}

Row take_whole_metric(Cursor& at, Threshold& threshold, const std::string& known) {
  const Row row = take_metric(at, threshold, known);
  threshold.metric = row.metric;
  threshold.figure = row.figure;
  take_subject(at, row, threshold, row.word);
  at.skip_blanks();
  return row;
}

Threshold parse_any(std::string_view text) {
  Threshold threshold = checked(text);
  Cursor at(threshold.text);
  const Row row = take_whole_metric(at, threshold, kMetrics);
  threshold.comparison = take_operator(at);
  at.skip_blanks();
  take_value(at, row.metric == Metric::trend && threshold.figure == Figure::count ? Value::number : row.value, threshold);
  at.skip_blanks();
  take_window(at, threshold);
  at.skip_blanks();
  if (!at.at_end()) at.fail("nothing is expected behind the value, and there is " + Cursor::quoted(at.rest()));
  return threshold;
}

}  // namespace

Threshold parse(std::string_view text) {
  Threshold threshold = parse_any(text);
  if (threshold.window != std::chrono::nanoseconds(0))
    Cursor(threshold.text).fail("\"for\" goes with --abort-threshold. A threshold is about the whole run");
  return threshold;
}

Threshold parse_abort(std::string_view text) {
  Threshold threshold = parse_any(text);
  if (threshold.window == std::chrono::nanoseconds(0)) Cursor(threshold.text).fail("for how long? Write " + threshold.text + " for 10s");
  return threshold;
}

Threshold parse_metric(std::string_view text, const std::string& known) {
  Threshold threshold = checked(text);
  Cursor at(threshold.text);
  take_whole_metric(at, threshold, known);
  if (!at.at_end()) at.fail("nothing is expected behind the metric, and there is " + Cursor::quoted(at.rest()));
  return threshold;
}

}  // namespace loads::thresholds
