#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/compare/metric.h"
#include "common/compare/run.h"

namespace loads::compare {

// What is known about a figure of two runs. `same`: a difference that matters would have been seen. `unclear`: it might not have been.
enum class Verdict : std::uint8_t { better, worse, same, unclear, unknown };
std::string_view to_string(Verdict verdict);

// Where a difference may lie, with 95 % confidence.
struct Interval {
  double low = 0;
  double high = 0;
};

// A figure of the second run beside that of the first.
struct Difference {
  Metric metric;
  std::optional<double> a, b;        // exact: times in seconds, shares in percent; nothing when there is no data
  std::optional<double> change;      // in percent of a, or of shares in points
  std::optional<Interval> interval;  // of `change`; nothing when the runs are too short for it
  Verdict verdict = Verdict::unknown;
  std::optional<Seconds> more;   // when unclear: by about so much both runs would have to be longer
  std::string why;               // when unknown
  std::optional<double> limit;   // how much worse it may be
  bool is_too_much = false;      // it is worse than that, with 95 % confidence
  bool may_be_too_much = false;  // it is not shown to be, nor not to be
};

// The difference that matters where nobody has said so: 10 %, or a point of a share.
double usual_limit(const Metric& metric);

// Those of usual_metrics(), and of the limits that name others. The same runs and the same seed give the same intervals.
std::vector<Difference> differences(const Run& a, const Run& b, const std::vector<Limit>& limits, std::uint64_t seed);

// The requests of a name in either run: exact percentiles, and their change in percent. Without intervals: a name's times are kept for
// the whole run alone.
struct NameDifference {
  std::string name;
  Requests a, b;
  std::optional<double> p50, p95, p99;
};
std::vector<NameDifference> name_differences(const Run& a, const Run& b);

}  // namespace loads::compare
