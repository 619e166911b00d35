#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace loads {

// Durations as people write and read them. Used by options, the plan line, the progress and the summary. Negative ones are written as 0.

// "90" (seconds), "90s", "1m30s", "500ms", "2h", "1.5s", "20us". Units fall from h, m, s, ms, us to ns and come once each. Nothing for
// anything else: a sign, a missing unit within a row, more than 292 years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

// The shortest spelling that parse_duration() reads, to the millisecond from a second on: "10s", "1m30s", "1.5s", "500ms", "1.5ms".
std::string format_duration(std::chrono::nanoseconds duration);

// Three digits in at most six characters, for columns of response times: "850us", "3.6ms", "61.0ms", "123ms", "1.24s", "12.3s", "2m03s",
// "1h02m".
std::string format_latency(std::chrono::nanoseconds duration);

// "00:10", from an hour on "01:02:03": whole seconds that have passed.
std::string format_clock(std::chrono::nanoseconds duration);

}  // namespace loads
