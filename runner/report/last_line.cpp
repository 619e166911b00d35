#include <string>
#include <vector>

#include "runner/report/bar.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

using RunOutcome = metrics::Outcome;

// "3 failures, 14 errors"
std::string reasons(const metrics::Slice& all) {
  std::string text;
  const auto add = [&](const std::string& reason) { text += (text.empty() ? "" : ", ") + reason; };
  if (const auto failures = all.runs(RunOutcome::failure); failures > 0) add(counted(failures, "failure", "failures"));
  if (const auto errors = all.runs(RunOutcome::error); errors > 0) add(counted(errors, "error", "errors"));
  if (nothing_answered(all)) add("nothing was answered");
  return text;
}

std::string progress(const Report& report) { return "after " + std::to_string(percent_done(report.fraction)) + "% of the plan"; }

std::string text(const Report& report) {
  switch (result_of(report)) {
    case Result::passed: return {};
    case Result::failed: return "FAILED: " + reasons(report.totals.all());
    case Result::crashed: return "CRASHED " + progress(report);
    case Result::stopped: break;
  }
  return std::string("STOPPED by ") + (report.ending == Ending::interrupted ? "Ctrl-C " : "SIGTERM ") + progress(report);
}

}  // namespace

std::string last_line(const Report& report, const Paint& paint) {
  std::string line = text(report);
  if (line.empty()) return {};
  line += " (exit code " + std::to_string(report.exit_code) + ")";
  return (result_of(report) == Result::stopped ? paint.doubtful(line) : paint.bad(line)) + "\n";
}

}  // namespace loads::runner
