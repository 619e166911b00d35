#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/thresholds/judge.h"
#include "runner/report/report.h"

namespace loads::runner {

// Why a level does not hold.
struct Reason {
  std::string word;      // for a column: "p99<250ms", "no user free"
  std::string sentence;  // "p99 was 430ms"
};

// A run at one rate of a search, and what it says of the target.
struct LevelRun {
  double rate = 0;  // test runs a second, asked for
  std::string run_id;
  std::vector<Reason> reasons;  // empty: it holds
  metrics::Validity validity = metrics::Validity::valid;
  std::vector<Doubt> doubts;  // about the generator
  std::vector<thresholds::Result> conditions;
  double runs_per_second = 0;  // that ended, until the last one had
  double hits_per_second = 0;
  std::uint64_t runs = 0;  // that ended
  std::uint64_t errors = 0;
  std::uint64_t failures = 0;
  double average_seconds = 0;                  // of a request
  std::optional<std::uint64_t> p50, p95, p99;  // microseconds

  bool held() const { return reasons.empty(); }
};

// `report` is of a run at `rate` that was judged by the conditions. A level holds when these do, when all test runs began at their times,
// when response times do not grow on, and when the test looks at the statuses that tell of trouble. Pure.
LevelRun level_run(const Report& report, double rate);

// What else is asked of a level beside `conditions`: the expressions of what they do not speak of, errors and failures.
std::vector<std::string> implied_conditions(const std::vector<std::string>& conditions);

// "p99" of "p99<250ms".
std::string subject_of(const thresholds::Threshold& threshold);

}  // namespace loads::runner
