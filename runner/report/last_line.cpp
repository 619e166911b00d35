#include <string>
#include <vector>

#include "common/failure.h"
#include "common/metrics/verdict.h"
#include "runner/report/bar.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using RunOutcome = metrics::Outcome;

constexpr std::size_t kMostLines = 100;  // a line for each of many lost agents

std::string progress(const Report& report) { return "after " + std::to_string(percent_done(report.fraction)) + "% of the plan"; }

std::string stopped_by(Ending ending) {
  if (ending == Ending::interrupted) return "by Ctrl-C ";
  return ending == Ending::terminated ? "by SIGTERM " : "from another console ";
}

// Crossed thresholds outweigh errors and failures, as their exit code does.
std::string failed(const Report& report) {
  if (report.ending == Ending::aborted) return "ABORTED " + progress(report) + ": " + report.abort.reason;
  const std::size_t crossed = thresholds::count_crossed(report.thresholds);
  if (crossed == 0) return "FAILED: " + failure_reasons(report.totals.all());
  return "FAILED: " + std::to_string(crossed) + " of " + counted(report.thresholds.size(), "threshold", "thresholds") + " crossed";
}

std::string text(const Report& report) {
  if (report.unjudged) return "INVALID: thresholds cannot be judged by these numbers, see above";
  switch (result_of(report)) {
    case Result::passed: return {};
    case Result::failed: return failed(report);
    case Result::crashed: return "CRASHED " + progress(report) + (report.missing.empty() ? "" : ": " + report.missing);
    case Result::incomplete: return "INCOMPLETE: " + report.missing;
    case Result::stopped: break;
  }
  return "STOPPED " + stopped_by(report.ending) + progress(report);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += (all.empty() ? "" : "\n") + line;
  return all;
}

}  // namespace

std::string failure_reasons(const metrics::Slice& all) {
  std::string text;
  const auto add = [&](const std::string& reason) { text += (text.empty() ? "" : ", ") + reason; };
  if (const auto failures = all.runs(RunOutcome::failure); failures > 0) add(counted(failures, "failure", "failures"));
  if (const auto errors = all.runs(RunOutcome::error); errors > 0) add(counted(errors, "error", "errors"));
  if (metrics::nothing_answered(all)) add("nothing was answered");
  if (metrics::all_skipped(all)) add("every test run was skipped");
  return text;
}

std::string last_line(const Report& report, const Paint& paint) {
  std::string line = text(report);
  if (line.empty()) return {};
  line = joined(wrapped(printable(line + " (exit code " + std::to_string(report.exit_code) + ")"), kLineWidth, kMostLines));
  return (result_of(report) == Result::stopped ? paint.doubtful(line) : paint.bad(line)) + "\n";
}

}  // namespace loads::runner
