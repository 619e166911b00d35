#pragma once

#include <chrono>
#include <vector>

#include "common/metrics/doubt.h"
#include "common/thresholds/judge.h"

namespace loads::thresholds {

// A percentile is taken for judged by enough when so many values lie beyond it, on average. The number of those is random, by about the
// root of it: of 10 some 7 to 13, so that the percentile is that of a third of the tail more or less. It is reckoned from 1 value on, which
// says little more than that it was measured.
inline constexpr double kLeastBeyond = 10;

// Those that concern figures which thresholds judge, and no others: a run of one request is no trouble, a verdict about its p99 would be.
// `time` is how long the figures were measured.
std::vector<metrics::Doubt> doubts_about(const std::vector<Result>& results, std::chrono::duration<double> time);

}  // namespace loads::thresholds
