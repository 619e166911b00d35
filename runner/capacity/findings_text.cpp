#include <algorithm>

#include "common/failure.h"
#include "runner/capacity/findings.h"
#include "runner/report/figures.h"
#include "runner/report/table.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using metrics::Validity;

constexpr std::size_t kMostVerdict = 24;  // columns
constexpr std::size_t kMostLines = 20;

std::string lines(const std::string& text) {
  std::string result;
  for (const std::string& line : wrapped(printable(text), kLineWidth, kMostLines)) result += line + "\n";
  return result;
}

std::string verdict_of(const Level& level, const Findings& findings) {
  const LevelRun& run = *level.shown;
  if (run.validity == Validity::invalid) return "INVALID";
  const bool is_suspect = run.validity == Validity::suspect;
  if (run.held()) return is_suspect ? "held, SUSPECT" : level.rate == findings.floor ? "held: the highest" : "held";
  const std::string failed = is_suspect ? "SUSPECT " : "FAILED ";
  return failed + shortened(printable(run.reasons.front().word), kMostVerdict - failed.size());
}

// The knee: what the target does at each rate.
std::string table_of(const Findings& findings) {
  Table table({"rate", 8}, {{"RPS", 7}, {"p50", 7}, {"p95", 7}, {"p99", 7}, {"errors", 6}, {"held", 4}, {"", 17}});
  for (const Level& level : levels_of(findings)) {
    const LevelRun& run = *level.shown;
    table.add(rate_text(level.rate), {three_digits(run.hits_per_second), response_time(run.p50), response_time(run.p95),
                                      response_time(run.p99), percentage(run.errors + run.failures, run.runs),
                                      std::to_string(level.held) + "/" + std::to_string(level.tried), verdict_of(level, findings)});
  }
  return "Levels\n" + table.text() + "\n";
}

std::string painted(const Findings& findings, const Paint& paint) {
  std::string text = lines(conclusion(findings));
  if (findings.exit_code == exit_code::passed) return text;
  text = lines(conclusion(findings) + " (exit code " + std::to_string(findings.exit_code) + ")");
  text.pop_back();
  return (findings.ending == Ending::completed ? paint.bad(text) : paint.doubtful(text)) + "\n";
}

}  // namespace

std::string text_of(const Findings& findings, const Paint& paint) {
  std::string text = findings.runs.empty() ? "" : table_of(findings);
  for (const std::string& note : findings.notes) text += lines("! " + note);
  return text + painted(findings, paint);
}

}  // namespace loads::runner
