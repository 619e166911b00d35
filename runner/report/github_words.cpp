#include "runner/report/github_words.h"

#include "common/failure.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner::github {
namespace {
constexpr std::size_t kMessageColumns = 500;
}

bool passed(const Report& report) { return report.exit_code == exit_code::passed; }

std::string short_text(const std::string& text) { return shortened(printable(text), kMessageColumns); }

std::string described(const metrics::Problem& problem) {
  std::string text = std::to_string(problem.count) + "x " + std::string(to_string(problem.kind)) + ": " + short_text(problem.message);
  if (!problem.request.empty()) text += " (" + short_text(problem.request) + ")";
  return text;
}

std::string described(const thresholds::Result& result) {
  const std::string text = short_text(result.threshold.text) + ": " + value_text(result);
  return result.why.empty() ? text : text + ". " + short_text(result.why);
}

std::string verdict_text(const Report& report) {
  const std::string line = printable(last_line(report, Paint(false)));
  return line.empty() ? "PASSED" : line;
}

std::string figures_text(const Report& report) {
  const metrics::RequestStats all = report.totals.all().all_requests();
  return counted(all.answered, "hit", "hits") + ", " + per_second(requests_per_second(report)) + "/s, p95 " +
         response_time(all.response_times.percentile(0.95));
}

}  // namespace loads::runner::github
