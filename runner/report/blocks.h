#pragma once

#include <string>

#include "runner/report/paint.h"
#include "runner/report/report.h"

namespace loads::runner {

// The blocks of the text summary, in its order. Each is lines of at most 80 columns, each ending with a newline, or empty when it has
// nothing to say. Each has a file of its name.

std::string seed_block(const Report& report, const Paint& paint);        // the guide's, word for word
std::string response_times(const Report& report, bool each_request);     // of all requests, and of each name
std::string arrivals(const Report& report);                              // how well the times of test runs were kept
std::string load_changes(const Report& report);                          // by --scale, --pause and --resume
std::string steps(const Report& report);                                 // a row each, when there are several
std::string phases(const Report& report);                                // where the time goes
std::string web_sockets(const Report& report, const Paint& paint);       // how many, what they carried, how quickly they answered
std::string status_codes(const Report& report, const Paint& paint);      // and whether bad ones went unnoticed
std::string problems(const Report& report, const Paint& paint);          // what went wrong, worst first
std::string exemplars(const Report& report, const Paint& paint);         // single exchanges: slow ones, failed ones
std::string custom_metrics(const Report& report, const Paint& paint);    // counters, trends, checks of the test
std::string thresholds_block(const Report& report, const Paint& paint);  // which of them hold (thresholds.cpp)
std::string trust(const Report& report, const Paint& paint);             // troubles of the generator
std::string last_line(const Report& report, const Paint& paint);         // why the run is not passed

// "SUSPECT: they may be off": what validity means, in words.
std::string trust_answer(metrics::Validity validity);

// "3 failures, 14 errors": why what was measured is a failure; empty when it is none.
std::string failure_reasons(const metrics::Slice& all);

}  // namespace loads::runner
