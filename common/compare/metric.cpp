#include "common/compare/metric.h"

#include <charconv>
#include <cmath>
#include <stdexcept>

#include "common/thresholds/parse.h"

namespace loads::compare {
namespace {

using Kind = Metric::Kind;

constexpr const char* kMetrics = "Runs are compared by p50 to p99.9, mean, rps, unanswered, errors and failures";

[[noreturn]] void refuse(std::string_view text, const std::string& reason) {
  throw std::invalid_argument("\"" + std::string(text) + "\": " + reason);
}

Kind kind_of(const thresholds::Threshold& metric, std::string_view text) {
  if (!metric.name.empty())
    refuse(text, "the requests of one name have no interval, since the seconds of a run have all names together. Leave {" + metric.name +
                     "} out, or compare runs that send nothing else");
  if (metric.metric == thresholds::Metric::time && metric.figure == thresholds::Figure::percentile) return Kind::percentile;
  if (metric.metric == thresholds::Metric::time && metric.figure == thresholds::Figure::mean) return Kind::mean;
  if (metric.metric == thresholds::Metric::rate) return Kind::rate;
  if (metric.metric == thresholds::Metric::unanswered) return Kind::unanswered;
  if (metric.metric == thresholds::Metric::errors) return Kind::errors;
  if (metric.metric == thresholds::Metric::failures) return Kind::failures;
  refuse(text, "runs are not compared by " + metric.text + ". " + kMetrics);
}

double percent_of(std::string_view digits, std::string_view text) {
  double value = 0;
  const bool has_unit = digits.ends_with("%");
  if (has_unit) digits.remove_suffix(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value) || value < 0 || !has_unit)
    refuse(text, "how much worse may it be? Write METRIC:PERCENT%, such as p95:10%");
  return value;
}

}  // namespace

std::array<Metric, 8> usual_metrics() {
  return {{{"p50", Kind::percentile, 0.5},
           {"p95", Kind::percentile, 0.95},
           {"p99", Kind::percentile, 0.99},
           {"mean", Kind::mean, 0},
           {"rps", Kind::rate, 0},
           {"unanswered", Kind::unanswered, 0},
           {"errors", Kind::errors, 0},
           {"failures", Kind::failures, 0}}};
}

Limit parse_limit(std::string_view text) {
  const auto colon = text.rfind(':');  // a name may have some, too
  const thresholds::Threshold metric = thresholds::parse_metric(text.substr(0, colon), kMetrics);
  const Kind kind = kind_of(metric, text);
  const double percent = percent_of(colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1), text);
  return {{metric.text, kind, kind == Kind::percentile ? metric.quantile : 0}, percent};
}

}  // namespace loads::compare
