#include <algorithm>
#include <cctype>
#include <functional>
#include <utility>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/github.h"
#include "runner/report/github_words.h"

namespace loads::runner {
namespace {

using namespace github;

// A table of Markdown.
std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string head(const std::vector<std::string>& titles) {
  std::string rule = "|---|";
  for (std::size_t i = 1; i < titles.size(); ++i) rule += "---:|";
  return row(titles) + rule + "\n";
}

std::string times_row(const std::string& name, const metrics::RequestStats& stats) {
  const metrics::Histogram& times = stats.response_times;
  const auto at = [&](double quantile) { return response_time(times.percentile(quantile)); };
  return row({name, std::to_string(stats.answered), at(0.5), at(0.9), at(0.95), at(0.99),
              times.count() == 0 ? kNoValue : response_time(times.max())});
}

std::string times_table(const Report& report) {
  const metrics::Slice& all = report.totals.all();
  std::vector<std::pair<std::string, const metrics::RequestStats*>> names;
  for (const auto& [name, stats] : all.requests) names.emplace_back(name, &stats);
  std::ranges::stable_sort(names, std::greater(), [](const auto& entry) { return entry.second->answered; });
  std::string text = head({"Response times", "hits", "p50", "p90", "p95", "p99", "max"}) + times_row("**all**", all.all_requests());
  for (std::size_t i = 0; i < std::min(names.size(), kMostOfAKind); ++i)
    text += times_row(markdown_escaped(short_text(names[i].first)), *names[i].second);
  if (names.size() > kMostOfAKind) text += "\n... and " + counted(names.size() - kMostOfAKind, "other name", "other names") + ".\n";
  return text;
}

std::string threshold_list(const Report& report) {
  if (report.thresholds.empty()) return {};
  std::string text = "\n### Thresholds\n\n";
  for (const thresholds::Result& result : report.thresholds)
    text += std::string("- ") + (report.unjudged ? "❓" : result.passed ? "✅" : "❌") + " " + markdown_escaped(described(result)) + "\n";
  return text;
}

std::string problem_list(const Report& report) {
  const std::vector<metrics::Problem> problems = report.totals.all().problems.worst_first();
  if (problems.empty()) return {};
  std::string text = "\n### What went wrong\n\n";
  for (std::size_t i = 0; i < std::min(problems.size(), kMostOfAKind); ++i) {
    text += "- " + markdown_escaped(described(problems[i]));
    if (!problems[i].location.empty()) text += ", " + markdown_escaped(short_text(problems[i].location));
    text += "\n";
  }
  if (problems.size() > kMostOfAKind) text += "- ... and " + counted(problems.size() - kMostOfAKind, "other kind", "other kinds") + "\n";
  return text;
}

std::string doubt_list(const Report& report) {
  const std::vector<Doubt> doubts = all_doubts(report);
  if (doubts.empty()) return {};
  std::string text = "\n### Can these numbers be trusted? " + markdown_escaped(trust_answer(validity_of(report))) + "\n\n";
  for (const Doubt& doubt : doubts) text += "- " + markdown_escaped(short_text(doubt.message)) + "\n";
  return text;
}

}  // namespace

std::string markdown_escaped(std::string_view text) {
  constexpr std::string_view kHarmless = " -,;=+/%";
  std::string result;
  for (const char c : text) {
    const bool is_mark = c > ' ' && c < 0x7f && !std::isalnum(static_cast<unsigned char>(c)) && kHarmless.find(c) == std::string_view::npos;
    result += is_mark ? "&#" + std::to_string(static_cast<int>(c)) + ";" : std::string(1, c);
  }
  return result;
}

std::string github_summary(const Report& report) {
  std::string text =
      std::string("## ") + (passed(report) ? "✅" : "❌") + " Load test " + markdown_escaped(short_text(report.plan.test)) + "\n\n";
  text += "**" + markdown_escaped(verdict_text(report)) + "**, " + markdown_escaped(figures_text(report)) + ", " +
          decimal(report.duration.count(), 2) + " seconds, figures " + std::string(to_string(validity_of(report))) + "\n\n";
  return text + times_table(report) + threshold_list(report) + problem_list(report) + doubt_list(report) + "\n";
}

}  // namespace loads::runner
