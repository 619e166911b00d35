#pragma once

#include <string>

#include "runner/report/report.h"

namespace loads::runner {

// The file of --hgrm: the response times of all successful requests as HdrHistogram's tools write a percentile distribution and read it
// (http://hdrhistogram.github.io/HdrHistogram/plotFiles.html). Values are milliseconds.
std::string to_hgrm(const Report& report);

}  // namespace loads::runner
