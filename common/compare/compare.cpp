#include "common/compare/compare.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/compare/spread.h"
#include "common/students_t.h"

namespace loads::compare {
namespace {

constexpr double kNormal = 1.959964;            // what 95 % of a normal distribution are within
constexpr double kToBeSeen = kNormal + 1.2816;  // so many standard errors is a difference that is found in 9 of 10 pairs of runs

// How many independent parts the difference rests on: of Welch's t-test the cautious one.
double freedom(const Spread& a, const Spread& b) { return std::max(1.0, std::min(a.blocks, b.blocks) - 1); }

// The draws of both runs in pairs; 95 % of their differences are within this.
double reach_of(const Spread& a, const Spread& b) {
  std::vector<double> distances(std::min(a.deviations.size(), b.deviations.size()));
  for (std::size_t i = 0; i < distances.size(); ++i) distances[i] = std::abs(b.deviations[i] - a.deviations[i]);
  const auto place = distances.begin() + static_cast<std::ptrdiff_t>(0.95 * static_cast<double>(distances.size()));
  std::nth_element(distances.begin(), place, distances.end());
  return *place;
}

// Few errors sway more than a resampling of them tells, most of all when one run has none: A. Agresti and B. Caffo, "Simple and effective
// confidence intervals for proportions and differences of proportions result from adding two successes and two failures" (2000).
double share_variance(const Share& share) {
  const double all = static_cast<double>(share.all) + 2;
  const double part = (static_cast<double>(share.bad) + 1) / all;
  return part * (1 - part) / all;
}

// A unit of the last digit that is kept: three digits, and a microsecond.
double resolution(const Difference& difference) {
  if (!difference.metric.is_time()) return 0;
  return std::max(1e-3, 1e-6 / std::max(std::min(*difference.a, *difference.b), 1e-6));
}

double margin_of(const Run& a, const Run& b, const Difference& difference, const Spread& in_a, const Spread& in_b) {
  const double few = students_t_quantile(freedom(in_a, in_b), 0.975) / kNormal;
  const double half = std::hypot(few * reach_of(in_a, in_b), kNormal * std::sqrt(in_a.unseen + in_b.unseen));
  if (!difference.metric.is_share()) return std::max(half, resolution(difference));
  const double least = share_variance(share_of(a, difference.metric)) + share_variance(share_of(b, difference.metric));
  return std::max(half, kNormal * std::sqrt(least));
}

// From a scaled difference to the one that is shown, and back.
double shown(double scaled, const Metric& metric) { return 100 * (metric.is_share() ? scaled : std::expm1(scaled)); }
double hidden(double percent, const Metric& metric) { return metric.is_share() ? percent / 100 : std::log1p(percent / 100); }

// A change for the worse is above 0 here.
double badness(double change, const Metric& metric) { return metric.more_is_better() ? -change : change; }

void judge(Difference& difference, double half, Seconds time) {
  const Interval& interval = *difference.interval;
  const double matters = hidden(difference.limit.value_or(usual_limit(difference.metric)), difference.metric);
  const double to_be_seen = half / kNormal * kToBeSeen;
  if (interval.low > 0 || interval.high < 0) {
    difference.verdict = (interval.low > 0) == difference.metric.more_is_better() ? Verdict::better : Verdict::worse;
  } else if (to_be_seen <= matters) {
    difference.verdict = Verdict::same;
  } else {
    difference.verdict = Verdict::unclear;
    if (matters > 0) difference.more = time * (std::pow(to_be_seen / matters, 2) - 1);
  }
}

void check_limit(Difference& difference) {
  if (!difference.limit || !difference.interval) return;
  const double one = badness(difference.interval->low, difference.metric);
  const double other = badness(difference.interval->high, difference.metric);
  difference.is_too_much = std::min(one, other) > *difference.limit;
  difference.may_be_too_much = !difference.is_too_much && std::max(one, other) > *difference.limit;
}

std::string why_unknown(const Run& a, const Run& b, const Difference& difference) {
  if (!difference.a || !difference.b) return "no data";
  if (std::min(a.windows.size(), b.windows.size()) < kFewestWindows) return "too short";
  return "no seconds";
}

void look(const Run& a, const Run& b, std::uint64_t seed, Difference& difference) {
  const Metric& metric = difference.metric;
  difference.a = value_of(a, metric);
  difference.b = value_of(b, metric);
  const double unit = metric.is_share() ? 1e-2 : metric.is_time() ? 1e6 : 1;
  const bool has_ratio = metric.is_share() || (difference.a && *difference.a > 0 && difference.b);
  if (difference.a && difference.b && has_ratio) {
    const double by = scaled(*difference.b * unit, metric) - scaled(*difference.a * unit, metric);
    difference.change = shown(by, metric);
    const auto in_a = spread_of(a, metric, seed);
    const auto in_b = spread_of(b, metric, seed + 1);
    if (in_a && in_b) {
      const double half = margin_of(a, b, difference, *in_a, *in_b);
      difference.interval = {shown(by - half, metric), shown(by + half, metric)};
      judge(difference, half, std::min(a.measured, b.measured));
      return check_limit(difference);
    }
  }
  difference.why = why_unknown(a, b, difference);
}

std::vector<Metric> metrics_of(const std::vector<Limit>& limits) {
  const auto usual = usual_metrics();
  std::vector<Metric> metrics(usual.begin(), usual.end());
  for (const Limit& limit : limits) {
    if (std::find(metrics.begin(), metrics.end(), limit.metric) == metrics.end()) metrics.push_back(limit.metric);
  }
  return metrics;
}

std::optional<double> change_of(const Requests& a, const Requests& b, double quantile) {
  const auto before = a.response_times.percentile(quantile);
  const auto after = b.response_times.percentile(quantile);
  if (!before || !after || *before == 0) return {};
  return 100 * (static_cast<double>(*after) / static_cast<double>(*before) - 1);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kWords = {"better", "worse", "same", "unclear", "unknown"};
  return kWords.at(static_cast<std::size_t>(verdict));
}

double usual_limit(const Metric& metric) { return metric.is_share() ? 1 : 10; }

std::vector<Difference> differences(const Run& a, const Run& b, const std::vector<Limit>& limits, std::uint64_t seed) {
  std::vector<Difference> result;
  for (const Metric& metric : metrics_of(limits)) {
    Difference& difference = result.emplace_back();
    difference.metric = metric;
    const auto limit = std::find_if(limits.begin(), limits.end(), [&](const Limit& one) { return one.metric == metric; });
    if (limit != limits.end()) difference.limit = limit->percent;
    look(a, b, seed, difference);
  }
  return result;
}

std::vector<NameDifference> name_differences(const Run& a, const Run& b) {
  metrics::Slice::ByName<NameDifference> names;
  for (const auto& [name, requests] : a.requests) names[name].a = requests;
  for (const auto& [name, requests] : b.requests) names[name].b = requests;
  std::vector<NameDifference> result;
  for (auto& [name, both] : names) {
    both.name = name;
    both.p50 = change_of(both.a, both.b, 0.5);
    both.p95 = change_of(both.a, both.b, 0.95);
    both.p99 = change_of(both.a, both.b, 0.99);
    result.push_back(std::move(both));
  }
  return result;
}

}  // namespace loads::compare
