#include <algorithm>
#include <cmath>

#include "runner/compare/comparison.h"
#include "runner/report/figures.h"
#include "runner/report/table.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using compare::Difference;
using compare::Metric;
using compare::Verdict;

constexpr double kLargest = 999;           // percent: what is more is told by a factor
constexpr double kLargestFactor = 99'999;  // what is more has no meaning, and no room

std::string lines(const std::string& first, const std::string& text) {
  constexpr std::size_t kMostLines = 20;
  std::string result;
  for (const std::string& line : wrapped(text, kLineWidth - first.size(), kMostLines)) {
    result += (result.empty() ? first : std::string(first.size(), ' ')) + line + "\n";
  }
  return result;
}

std::string value_text(const std::optional<double>& value, const Metric& metric) {
  if (!value) return kNoValue;
  if (metric.is_time()) return response_time(static_cast<std::uint64_t>(std::llround(*value * 1e6)));
  return metric.is_share() ? three_digits(*value) + "%" : three_digits(*value);
}

// "+1.5", without its unit; "x12" for what has become 12 times as much.
std::string signed_text(double percent) {
  if (percent > kLargest) return "x" + three_digits(std::min(percent / 100 + 1, kLargestFactor));
  const double size = std::fabs(percent);
  const std::string digits = decimal(size, size < 1 ? 2 : size < 10 ? 1 : 0);
  if (digits == "0.00") return "0";
  return (percent > 0 ? "+" : "-") + digits;
}

std::string unit_of(const Metric& metric) { return metric.is_share() ? "pt" : "%"; }

std::string with_unit(double percent, const Metric& metric) {
  const std::string text = signed_text(percent);
  return text.front() == 'x' ? text : text + unit_of(metric);
}

std::string change_text(const Difference& figure) { return figure.change ? with_unit(*figure.change, figure.metric) : kNoValue; }

std::string interval_text(const Difference& figure) {
  if (!figure.interval) return kNoValue;
  return signed_text(figure.interval->low) + " to " + with_unit(figure.interval->high, figure.metric);
}

std::string verdict_text(const Difference& figure) {
  return figure.verdict == Verdict::unknown ? figure.why : std::string(to_string(figure.verdict));
}

std::string heading(const StoredRun& stored, const char* name) {
  const std::string about = stored.place.ends_with(stored.id) ? "" : " (run " + printable(stored.id) + ")";
  return lines(std::string("  ") + name + "  ", printable(stored.place) + about + ": " + clock_time(stored.run.measured) + " measured, " +
                                                    counted(stored.run.all.answered, "hit", "hits"));
}

std::string figures_table(const Comparison& comparison) {
  Table table({"", 10}, {{"A", 8}, {"B", 8}, {"change", 8}, {"95% sure", 17}, {"", 9}});
  for (const Difference& one : comparison.figures) {
    table.add(one.metric.word,
              {value_text(one.a, one.metric), value_text(one.b, one.metric), change_text(one), interval_text(one), verdict_text(one)});
  }
  return table.text();
}

std::string minutes(compare::Seconds time) {
  const double count = std::max(1.0, std::ceil(time.count() / 60));
  if (!(count <= 24 * 60)) return "more than a day";
  if (count > 2 * 60) return "about " + whole(std::ceil(count / 60)) + " more hours";
  return "about " + counted(static_cast<std::uint64_t>(count), "more minute", "more minutes");
}

// What would have to be done to see more.
std::string advice(const Comparison& comparison) {
  std::string text;
  for (const Difference& one : comparison.figures) {
    if (!one.more) continue;
    const double matters = one.limit.value_or(compare::usual_limit(one.metric));
    text += lines("  ", one.metric.word + ": no difference detectable; " + minutes(*one.more) +
                            " of both runs would be needed to see one of " + three_digits(matters) + unit_of(one.metric) + ".");
  }
  return text.empty() ? "" : "\n" + text;
}

std::string limit_line(const Difference& one, const Paint& paint) {
  const std::string name = one.metric.word + ":" + three_digits(*one.limit) + "%";
  const std::string limit = padded_right(name, 16) + "  ";
  if (one.is_too_much) return "  " + paint.bad("FAIL") + "  " + limit + "it is worse than that: " + interval_text(one) + "\n";
  if (!one.interval) return "  " + paint.bad("?   ") + "  " + limit + one.why + "\n";
  if (one.may_be_too_much)
    return "  " + paint.doubtful("ok? ") + "  " + limit + "not certain: the change may be " + interval_text(one) + "\n";
  return "  " + paint.good("ok  ") + "  " + name + "\n";
}

std::string limits_block(const Comparison& comparison, const Paint& paint) {
  std::string text;
  for (const Difference& one : comparison.figures) {
    if (one.limit) text += limit_line(one, paint);
  }
  return text.empty() ? "" : "\nLimits\n" + text;
}

std::string percent_or_none(const std::optional<double>& percent) {
  if (!percent) return kNoValue;
  const std::string text = signed_text(*percent);
  return text.front() == 'x' ? text : text + "%";
}

std::string names_table(const Comparison& comparison) {
  if (comparison.names.empty()) return {};
  Table table({"Requests", 10}, {{"hits A", 7}, {"hits B", 7}, {"p95 A", 8}, {"p95 B", 8}, {"p50", 6}, {"p95", 6}, {"p99", 6}});
  for (const compare::NameDifference& one : comparison.names) {
    table.add(printable(one.name),
              {std::to_string(one.a.answered), std::to_string(one.b.answered), response_time(one.a.response_times.percentile(0.95)),
               response_time(one.b.response_times.percentile(0.95)), percent_or_none(one.p50), percent_or_none(one.p95),
               percent_or_none(one.p99)});
  }
  return "\n" + table.text() + "  Changes of whole runs' percentiles, without intervals: any may be chance.\n";
}

std::string last_line(const Comparison& comparison, const Paint& paint) {
  const std::string code = " (exit code " + std::to_string(comparison.exit_code()) + ")";
  if (const std::string runs = comparison.disbelieved(); !runs.empty())
    return "\n" + paint.bad("INVALID: limits cannot be judged by the figures of " + runs + code) + "\n";
  if (comparison.exceeded() == 0) return {};
  return "\n" +
         paint.bad("WORSE: " + std::to_string(comparison.exceeded()) + " of " + counted(comparison.limits(), "limit", "limits") +
                   " exceeded" + code) +
         "\n";
}

}  // namespace

std::string text_of(const Comparison& comparison, const Paint& paint) {
  std::string text = "Comparing\n" + heading(comparison.a, "A") + heading(comparison.b, "B");
  for (const std::string& warning : comparison.warnings) text += lines("! ", warning);
  text += "\n" + figures_table(comparison) + advice(comparison) + limits_block(comparison, paint) + names_table(comparison);
  return text + last_line(comparison, paint);
}

}  // namespace loads::runner
