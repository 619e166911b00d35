#pragma once

#include <string>

#include "runner/report/report.h"

namespace loads::runner {

// The file of --hlog: a histogram log (HdrHistogram's format 1.3) of the response times of successful requests. An interval for each step
// of the plan, which are the finest whose histograms are exact: those of single seconds are kept in coarse buckets and have no place here.
// Of each interval a line of all requests, without a tag, and one of each name, tagged with it. Values are microseconds; "Interval_Max" is
// in milliseconds.
std::string to_hlog(const Report& report);

// A name as a tag: what would end it in the log, and %, as %XX.
std::string hlog_tag(const std::string& name);

}  // namespace loads::runner
