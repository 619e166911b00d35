#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/thresholds/threshold.h"

// Thresholds as people write them:
//
//   threshold  =  metric operator value                         "p95{GET /}<300ms", "errors < 1%"
//   abort      =  threshold "for" duration                      "errors>50% for 10s"
//   metric     =  word [ "{" name "}" ] [ "." figure ]          only a trend has a figure behind its name
//   operator   =  "<" | "<=" | ">" | ">="
//   value      =  number | number "%" | duration with its unit
//
// Blanks may stand around each part. A name is taken as it is; braces in it come in pairs, or behind a backslash. The metrics stand in
// docs/thresholds.md. Each function throws std::invalid_argument, whose text quotes the expression and says which part of it is wrong.
namespace loads::thresholds {

inline constexpr std::size_t kLongest = 500;  // characters of an expression
inline constexpr std::size_t kMost = 100;     // thresholds of a run

// Of a whole run.
Threshold parse(std::string_view text);
// With "for TIME", from kShortestWindow to kLongestWindow.
Threshold parse_abort(std::string_view text);
// A metric alone, with its name: "p95{GET /}". What is compared, and with what, is left open. `known` is the sentence that says which ones
// there are, for those who name another.
Threshold parse_metric(std::string_view text, const std::string& known);

inline constexpr std::chrono::milliseconds kShortestWindow{1};
inline constexpr std::chrono::hours kLongestWindow{1};

}  // namespace loads::thresholds
