#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/metrics/slice.h"
#include "runner/report/report.h"

namespace loads::runner {

// Reports for the tests of whatever reads them. All times are in UTC.
void use_utc();

// 2026-11-23 12:15:06.375365 UTC, and `seconds` later.
metrics::WallTime sample_time(double seconds = 0);

// `count` answers to `name` with `status`, each taking `microseconds`.
void answer(metrics::Slice& slice, std::string_view name, std::uint64_t count, std::uint64_t microseconds, int status = 200);

void runs(metrics::Slice& slice, metrics::Outcome outcome, std::uint64_t count);

metrics::Problem sample_problem(metrics::ProblemKind kind, std::string message, std::uint64_t count);

// An exchange that took so long, nearly all of it waiting.
metrics::Exemplar sample_exemplar(std::string name, int status, std::uint64_t milliseconds);

// One user, one hit: the guide's first run.
Report guide_report();

// 100 users for a minute, with failures and refused connections: the run of the user's guide to the summary.
Report busy_report();

// Nothing listens at the URL.
Report refused_report();

// A run in which nothing happened yet.
Report empty_report();

// `report`, judged by these thresholds.
Report judged(Report report, const std::vector<std::string>& expressions);

}  // namespace loads::runner
