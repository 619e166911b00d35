#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace loads::thresholds {

// What a threshold is about. Each has a row in parse.cpp and one in docs/thresholds.md.
enum class Metric : std::uint8_t {
  time,        // a figure of the response times of successful requests
  hits,        // answered requests
  rate,        // of them, a second
  unanswered,  // requests without an answer
  status,      // answers with a status
  errors,      // test runs that ended so
  failures,
  success,
  counter,  // of the test: its value
  check,    // of the test: how many of its checks held
  trend,    // of the test: a figure of its values
};

// Which figure of many values.
enum class Figure : std::uint8_t { percentile, min, mean, max, count };

enum class Comparison : std::uint8_t { less, at_most, more, at_least };
std::string_view to_string(Comparison comparison);
bool holds(double value, Comparison comparison, double limit);

// What value and limit are measured in.
enum class Unit : std::uint8_t { seconds, percent, per_second, none };
std::string_view to_string(Unit unit);

// A condition on what a run has measured, read from an expression such as "p95{GET /}<300ms". A pure value.
struct Threshold {
  std::string text;  // the expression, for people
  Metric metric = Metric::time;
  Figure figure = Figure::percentile;  // of time and trend
  double quantile = 0;                 // of a percentile, 0 to 1
  int lowest_status = 0, highest_status = 0;
  std::string name;  // of the requests, the counter, the check or the trend; empty: all requests
  Comparison comparison = Comparison::less;
  double limit = 0;
  Unit unit = Unit::none;
  std::chrono::nanoseconds window{};  // of an abort threshold: over the last so long; 0: over the whole run
};

}  // namespace loads::thresholds
