#pragma once

#include <cstdint>
#include <ostream>

#include "runner/report/paint.h"
#include "runner/report/report.h"

namespace loads::runner {

// How much the text summary says: the guide's block alone; with the response times and the problems; everything.
enum class SummaryStyle : std::uint8_t { seed, compact, full };

// Writes the summary for a person, at most 80 columns wide. Every block but the first appears only when it says something. What came from
// servers and tests is shown with its control characters escaped.
void write_summary(std::ostream& out, const Report& report, SummaryStyle style, const Paint& paint);

}  // namespace loads::runner
