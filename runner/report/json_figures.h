#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "common/metrics/history.h"
#include "common/metrics/slice.h"

// What was measured, as the values of a result's JSON (docs/schema). Times are in seconds; what is not known is null.
namespace loads::runner::json {

using Json = nlohmann::ordered_json;

inline constexpr double kPerSecond = 1e6;  // response times are kept in microseconds
inline constexpr double kPerOne = 1e3;     // trends are kept in thousandths

Json text_or_null(const std::string& text);
Json mean(double sum, std::uint64_t count);  // what a sum over `count` came to; null when there is none
double seconds(metrics::Nanoseconds time);
Json rate(std::uint64_t hits, std::chrono::duration<double> time);

Json distribution(const metrics::Histogram& values, double per_unit);  // so many values of which make a second, or a one
Json distribution_or_null(const metrics::Histogram& times);            // of what is not measured in every run

Json phases(const metrics::RequestStats& stats);
Json status_codes(const metrics::RequestStats& stats);
Json no_answer(const metrics::RequestStats& stats);
Json web_sockets(const metrics::SocketStats& stats);
Json arrivals(const metrics::ArrivalStats& stats);
Json errors(const metrics::ProblemTable& problems);
Json history(const metrics::History& history);

Json test_runs(const metrics::Slice& slice);
Json requests(const metrics::Slice& slice);
Json trends(const metrics::Slice& slice);
Json counters(const metrics::Slice& slice);
Json checks(const metrics::Slice& slice);
Json warm_up(const metrics::Slice& slice);  // what was measured before the figures begin

}  // namespace loads::runner::json
