#include "common/thresholds/judge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "common/duration.h"
#include "common/suggest.h"
#include "common/thresholds/parse.h"

namespace loads::thresholds {
namespace {

constexpr std::size_t kMostNames = 5;  // in a sentence
constexpr int kFewestDigits = 3;
constexpr int kMostDigits = 15;

template <typename T>
std::vector<std::string> names_in(const metrics::Slice::ByName<T>& table) {
  std::vector<std::string> names;
  for (const auto& [name, value] : table) names.push_back(name);
  return names;
}

std::vector<std::string> names_like(const Threshold& threshold, const metrics::Slice& all) {
  switch (threshold.metric) {
    case Metric::counter: return names_in(all.counters);
    case Metric::check: return names_in(all.checks);
    case Metric::trend: return names_in(all.trends);
    default: return names_in(all.requests);
  }
}

std::string kind_of(Metric metric) {
  switch (metric) {
    case Metric::counter: return "counter";
    case Metric::check: return "check";
    case Metric::trend: return "trend";
    default: return "request";
  }
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMostNames ? text + " and " + std::to_string(names.size() - kMostNames) + " more" : text;
}

// The name never came, and others did.
std::string no_such_name(const Threshold& threshold, const metrics::Slice& all) {
  const std::vector<std::string> names = names_like(threshold, all);
  const std::string kind = kind_of(threshold.metric);
  std::string text = "No " + kind + " of that name came." + did_you_mean(threshold.name, names);
  if (!names.empty()) text += " Those that came: " + listed(names) + ".";
  // What comes after so many names is not told apart.
  if (names.size() > metrics::kMaxNames)
    text += " From the 200th on they are counted together, as \"" + std::string(metrics::kOtherName) + "\".";
  return text;
}

std::string why_no_value(const Threshold& threshold, const Sample& sample, const metrics::Slice& all) {
  if (!sample.found && !threshold.name.empty()) return no_such_name(threshold, all);
  const std::uint64_t values = sample.values.count();
  if (threshold.figure == Figure::percentile && values > 0) {
    const double needed = std::ceil(1 / (1 - threshold.quantile) - 1e-6);
    return std::to_string(values) + (values == 1 ? " value is" : " values are") + " too few for this percentile: it takes " +
           std::to_string(static_cast<std::uint64_t>(needed)) + ".";
  }
  return {};
}

std::string in_digits(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", std::max(0, digits - 1 - static_cast<int>(std::floor(std::log10(std::fabs(value))))),
                value);
  std::string number = text.data();
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.back() == '.') number.pop_back();
  return number;
}

// As many digits as it takes to stand on the right side of the limit.
std::string number_text(double value, const Threshold& threshold, bool passed) {
  if (value == 0) return "0";
  for (int digits = kFewestDigits; digits < kMostDigits; ++digits) {
    const std::string text = in_digits(value, digits);
    if (holds(std::strtod(text.c_str(), nullptr), threshold.comparison, threshold.limit) == passed) return text;
  }
  return in_digits(value, kMostDigits);
}

std::string time_text(double seconds, const Threshold& threshold, bool passed) {
  const auto time = std::chrono::nanoseconds(std::llround(std::min(seconds, 9e9) * 1e9));
  const std::string rounded = format_latency(time);
  const auto shown = parse_duration(rounded);
  const bool tells = shown && holds(std::chrono::duration<double>(*shown).count(), threshold.comparison, threshold.limit) == passed;
  return tells ? rounded : format_duration(time);
}

}  // namespace

Result judge(const Threshold& threshold, const metrics::Slice& all, std::chrono::duration<double> time) {
  Sample sample;
  sample.add(threshold, all);
  Result result{threshold, false, sample.value(threshold, time), {}, sample.values.count()};
  if (result.value) {
    result.passed = holds(*result.value, threshold.comparison, threshold.limit);
  } else {
    result.why = why_no_value(threshold, sample, all);
  }
  return result;
}

std::vector<Result> judge_all(const std::vector<std::string>& expressions, const metrics::Slice& all, std::chrono::duration<double> time) {
  std::vector<Result> results;
  for (const std::string& expression : expressions) {
    try {
      results.push_back(judge(parse(expression), all, time));
    } catch (const std::invalid_argument& trouble) {
      Result& unreadable = results.emplace_back();
      unreadable.threshold.text = expression;
      unreadable.why = std::string("This version cannot read it: ") + trouble.what() + ".";
    }
  }
  return results;
}

std::size_t count_crossed(const std::vector<Result>& results) {
  return static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [](const Result& result) { return !result.passed; }));
}

std::string value_text(const Result& result) {
  if (!result.value) return "no data";
  const Threshold& threshold = result.threshold;
  switch (threshold.unit) {
    case Unit::seconds: return time_text(*result.value, threshold, result.passed);
    case Unit::percent: return number_text(*result.value, threshold, result.passed) + "%";
    case Unit::per_second:
    case Unit::none: break;
  }
  const double value = *result.value;
  const bool counted = threshold.unit == Unit::none && (threshold.metric != Metric::trend || threshold.figure == Figure::count);
  return counted ? std::to_string(static_cast<std::int64_t>(value)) : number_text(value, threshold, result.passed);
}

std::vector<std::string> united(std::vector<std::string> expressions, const std::vector<std::string>& more) {
  for (const std::string& one : more) {
    if (std::find(expressions.begin(), expressions.end(), one) == expressions.end()) expressions.push_back(one);
  }
  return expressions;
}

}  // namespace loads::thresholds
