#include "common/thresholds/doubts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace loads::thresholds {
namespace {

constexpr std::size_t kMostNamed = 5;

std::uint64_t samples_needed(const Threshold& threshold) {
  return static_cast<std::uint64_t>(std::ceil(kLeastBeyond / (1 - threshold.quantile) - 1e-6));
}

bool is_of_a_percentile(const Threshold& threshold) {
  return (threshold.metric == Metric::time || threshold.metric == Metric::trend) && threshold.figure == Figure::percentile;
}

bool has_few_samples(const Result& result) {
  return result.value && is_of_a_percentile(result.threshold) && result.samples < samples_needed(result.threshold);
}

void add_few_samples(const std::vector<Result>& results, std::vector<metrics::Doubt>& doubts) {
  std::string listed;
  std::size_t count = 0;
  for (const Result& result : results) {
    if (!has_few_samples(result) || ++count > kMostNamed) continue;
    listed += (listed.empty() ? "" : ", ") + result.threshold.text + " by " + std::to_string(result.samples) + " (it takes " +
              std::to_string(samples_needed(result.threshold)) + ")";
  }
  if (count == 0) return;
  if (count > kMostNamed) listed += " and " + std::to_string(count - kMostNamed) + " more";
  doubts.push_back({"few-samples", "thresholds are judged by few values, and chance may have decided: " + listed + ". Run for longer."});
}

std::string in_seconds(std::chrono::duration<double> time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f s", time.count());
  return text.data();
}

void add_short_run(const std::vector<Result>& results, std::chrono::duration<double> time, std::vector<metrics::Doubt>& doubts) {
  if (results.empty() || time >= metrics::kLeastTime) return;
  doubts.push_back({"short-run", "thresholds are judged by " + in_seconds(time) +
                                     " of figures: it takes 2 s to see whether the generator was well off. Run for longer."});
}

}  // namespace

std::vector<metrics::Doubt> doubts_about(const std::vector<Result>& results, std::chrono::duration<double> time) {
  std::vector<metrics::Doubt> doubts;
  add_few_samples(results, doubts);
  add_short_run(results, time, doubts);
  return doubts;
}

}  // namespace loads::thresholds
