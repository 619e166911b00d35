#pragma once

#include <string>

#include "runner/report/report.h"

namespace loads::runner {

// The files of --csv, after RFC 4180 but for the end of lines, which is a newline: a row of names, then the figures. Times are seconds, a
// figure without a value is an empty field. Columns: docs/outputs.md; new ones come at the end.

std::string requests_csv(const Report& report);  // a row for "all", then one for each name
std::string seconds_csv(const Report& report);   // a row for each interval of the history

}  // namespace loads::runner
