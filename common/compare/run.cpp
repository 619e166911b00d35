#include "common/compare/run.h"

#include <algorithm>
#include <cmath>

namespace loads::compare {
namespace {

constexpr double kPerSecond = 1e6;  // response times are kept in microseconds

std::optional<double> percent(const Share& share) {
  if (share.all == 0) return {};
  return 100 * static_cast<double>(share.bad) / static_cast<double>(share.all);
}

std::optional<double> seconds(std::optional<std::uint64_t> microseconds) {
  if (!microseconds) return {};
  return static_cast<double>(*microseconds) / kPerSecond;
}

}  // namespace

std::vector<metrics::History::Window> whole_windows(const metrics::History& history, Seconds warm_up, Seconds duration) {
  const auto width = static_cast<double>(history.width().count());
  const auto& all = history.windows();
  const auto index = [&](double window) { return static_cast<std::ptrdiff_t>(std::clamp(window, 0.0, static_cast<double>(all.size()))); };
  const auto first = index(std::ceil(warm_up.count() / width));
  const auto end = std::max(first, index(std::floor(duration.count() / width)));
  return {all.begin() + first, all.begin() + end};
}

Share share_of(const Run& run, const Metric& metric) {
  switch (metric.kind) {
    case Metric::Kind::unanswered: return {run.all.unanswered, run.all.answered + run.all.unanswered};
    case Metric::Kind::errors: return {run.errors, run.test_runs()};
    case Metric::Kind::failures: return {run.failures, run.test_runs()};
    default: return {};
  }
}

std::optional<double> value_of(const Run& run, const Metric& metric) {
  switch (metric.kind) {
    case Metric::Kind::percentile: return seconds(run.all.response_times.percentile(metric.quantile));
    case Metric::Kind::mean:
      if (run.all.response_times.count() == 0) return {};
      return run.all.response_times.mean() / kPerSecond;
    case Metric::Kind::rate:
      if (run.measured.count() <= 0) return {};
      return static_cast<double>(run.all.answered) / run.measured.count();
    default: return percent(share_of(run, metric));
  }
}

}  // namespace loads::compare
