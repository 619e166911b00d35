#pragma once

#include <string>
#include <vector>

#include "common/compare/compare.h"
#include "runner/compare/stored_run.h"
#include "runner/report/paint.h"

namespace loads::runner {

// Two runs side by side: what --compare prints. A pure value.
struct Comparison {
  StoredRun a, b;
  std::vector<compare::Difference> figures;
  std::vector<compare::NameDifference> names;
  std::vector<std::string> warnings;  // why it may mislead
  int on_invalid = 0;                 // the exit code when limits were to be judged by figures that are not to be believed; 0: they are

  std::size_t limits() const;       // how many were given
  std::size_t exceeded() const;     // of them
  std::string unjudged() const;     // the limits about which nothing can be said, as text; empty: none
  std::string disbelieved() const;  // the runs by whose figures limits cannot be judged, as text; empty: none
  int exit_code() const;            // 99 when a limit is exceeded, on_invalid when that cannot be judged
};

Comparison make_comparison(StoredRun a, StoredRun b, const std::vector<compare::Limit>& limits, int on_invalid);

// For people: lines of at most 80 columns.
std::string text_of(const Comparison& comparison, const Paint& paint);

inline constexpr int kComparisonSchema = 1;  // docs/schema/comparison-1.json

// For programs: one JSON object and a newline.
std::string json_of(const Comparison& comparison);

}  // namespace loads::runner
