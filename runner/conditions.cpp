#include "runner/conditions.h"

#include <chrono>
#include <stdexcept>

#include "common/duration.h"
#include "common/failure.h"
#include "common/thresholds/judge.h"
#include "common/thresholds/parse.h"
#include "common/thresholds/watch.h"

namespace loads::runner {
namespace {

constexpr std::chrono::seconds kResolved{2};  // a shorter window may hold what a single second has brought

std::string checked(const std::string& expression) {
  try {
    return thresholds::parse(expression).text;
  } catch (const std::invalid_argument& reason) {
    throw Failure(exit_code::cannot_load, std::string("a threshold of the test's code cannot be read: ") + reason.what() + ".",
                  "threshold");
  }
}

}  // namespace

proto::Conditions with_thresholds_of_code(proto::Conditions conditions, const std::vector<std::string>& of_code) {
  std::vector<std::string> expressions;
  for (const std::string& expression : of_code) expressions.push_back(checked(expression));
  conditions.thresholds = thresholds::united(std::move(expressions), conditions.thresholds);
  if (conditions.thresholds.size() <= thresholds::kMost) return conditions;
  throw Failure(exit_code::usage,
                "a run is judged by " + std::to_string(thresholds::kMost) + " thresholds at most, and there are " +
                    std::to_string(conditions.thresholds.size()) + ".",
                "threshold");
}

std::vector<std::string> window_notes(const proto::Conditions& conditions) {
  std::vector<std::string> notes;
  for (const std::string& expression : conditions.abort_thresholds) {
    const thresholds::Threshold threshold = thresholds::parse_abort(expression);
    if (threshold.window >= kResolved) continue;
    notes.push_back("--abort-threshold '" + threshold.text + "': figures come once a second, so it looks at the last " +
                    format_duration(thresholds::Watch::width_of(threshold)) + ", and one bad second can be enough to end the run.");
  }
  return notes;
}

}  // namespace loads::runner
