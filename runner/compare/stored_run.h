#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/compare/run.h"

namespace loads::runner {

// A run that is over, as a comparison needs it: out of what --json has written about it. A pure value.
struct StoredRun {
  std::string place;                                      // its file, or "run 1a2b3c4d"
  std::string id;                                         // 8 hex digits
  std::string description;                                // of its plan, in one line
  std::vector<std::pair<std::string, std::string>> plan;  // parts of its plan by name, as JSON: to see whether two are the same
  std::string trouble;                                    // how it ended, when it did not by itself; else empty
  std::vector<std::string> doubts;                        // ids of its warnings about the generator
  std::string validity = "valid";                         // of its figures: valid, suspect or invalid
  bool has_histograms = false;                            // of its seconds: older versions have not written them
  compare::Run run;
};

// Throws Failure(usage, "result") when `json` is not a result of loads-runner, or is damaged; `place` names it.
StoredRun read_result(const std::string& place, std::string_view json);

}  // namespace loads::runner
