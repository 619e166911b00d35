#include "common/thresholds/sample.h"

namespace loads::thresholds {
namespace {

constexpr double kPerSecond = 1e6;  // response times are kept in microseconds
constexpr double kPerOne = 1e3;     // trends in thousandths

// visit(value) of the entry of that name, or of all when there is none.
template <typename T>
void for_each(const metrics::Slice::ByName<T>& table, const std::string& name, auto&& visit) {
  if (name.empty()) {
    for (const auto& [any, value] : table) visit(value);
  } else if (const auto one = table.find(name); one != table.end()) {
    visit(one->second);
  }
}

}  // namespace

void Sample::add(const Threshold& threshold, const metrics::Slice& slice) {
  switch (threshold.metric) {
    case Metric::time:
    case Metric::hits:
    case Metric::rate:
    case Metric::unanswered:
    case Metric::status:
      return for_each(slice.requests, threshold.name, [&](const metrics::RequestStats& stats) { add(threshold, stats); });
    case Metric::errors: return add_runs(slice, metrics::Outcome::error);
    case Metric::failures: return add_runs(slice, metrics::Outcome::failure);
    case Metric::success: return add_runs(slice, metrics::Outcome::success);
    case Metric::counter:
      return for_each(slice.counters, threshold.name, [&](std::int64_t value) {
        found = true;
        // As Slice adds them: round where they leave the range.
        count = static_cast<std::int64_t>(static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(value));
      });
    case Metric::check:
      return for_each(slice.checks, threshold.name, [&](const metrics::CheckStats& stats) {
        found = true;
        count += static_cast<std::int64_t>(stats.passed);
        whole += stats.passed + stats.failed;
      });
    case Metric::trend:
      return for_each(slice.trends, threshold.name, [&](const metrics::Histogram& trend) {
        found = true;
        values.merge(trend);
      });
  }
}

void Sample::add(const Threshold& threshold, const metrics::RequestStats& stats) {
  found = true;
  switch (threshold.metric) {
    case Metric::time: return values.merge(stats.response_times);
    case Metric::unanswered:
      count += static_cast<std::int64_t>(stats.unanswered());
      whole += stats.answered + stats.unanswered();
      return;
    case Metric::status:
      for (const auto& [status, times] : stats.statuses) {
        if (status >= threshold.lowest_status && status <= threshold.highest_status) count += static_cast<std::int64_t>(times);
      }
      whole += stats.answered;
      return;
    default: count += static_cast<std::int64_t>(stats.answered); return;
  }
}

// Those that were skipped or cut off say nothing about the target.
void Sample::add_runs(const metrics::Slice& slice, metrics::Outcome outcome) {
  count += static_cast<std::int64_t>(slice.runs(outcome));
  whole += slice.runs(metrics::Outcome::success) + slice.runs(metrics::Outcome::error) + slice.runs(metrics::Outcome::failure);
  found = found || whole > 0;
}

void Sample::merge(const Sample& other) {
  found = found || other.found;
  count = static_cast<std::int64_t>(static_cast<std::uint64_t>(count) + static_cast<std::uint64_t>(other.count));
  whole += other.whole;
  values.merge(other.values);
}

std::optional<double> Sample::value(const Threshold& threshold, std::chrono::duration<double> time) const {
  if (!found) return {};
  const auto number = static_cast<double>(count);
  if (threshold.unit == Unit::percent) return whole == 0 ? std::nullopt : std::optional(100 * number / static_cast<double>(whole));
  switch (threshold.metric) {
    case Metric::time:
    case Metric::trend: return figure(threshold);
    case Metric::rate: return time.count() > 0 ? std::optional(number / time.count()) : std::nullopt;
    default: return number;
  }
}

std::optional<double> Sample::figure(const Threshold& threshold) const {
  const double per_unit = threshold.metric == Metric::time ? kPerSecond : kPerOne;
  if (threshold.figure == Figure::count) return static_cast<double>(values.count());
  if (values.count() == 0) return {};
  switch (threshold.figure) {
    case Figure::min: return static_cast<double>(values.min()) / per_unit;
    case Figure::mean: return values.mean() / per_unit;
    case Figure::max: return static_cast<double>(values.max()) / per_unit;
    default: break;
  }
  const auto percentile = values.percentile(threshold.quantile);
  return percentile ? std::optional(static_cast<double>(*percentile) / per_unit) : std::nullopt;
}

}  // namespace loads::thresholds
