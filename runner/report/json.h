#pragma once

#include <string>

#include "runner/report/report.h"

namespace loads::runner {

inline constexpr int kSummarySchema = 1;  // docs/schema/summary-1.json

// The summary for programs: one JSON object and a newline, as docs/schema/summary-1.json describes it. Seconds are floats, null stands
// where there is no value, bytes that are not UTF-8 are replaced.
std::string to_json(const Report& report);

}  // namespace loads::runner
