#include "common/compare/spread.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "common/compare/block_length.h"

namespace loads::compare {
namespace {

constexpr double kLeastTime = 0.5;  // microseconds: shorter ones are kept as 0

// The variance of what is put together from blocks is smaller than that of all runs that might have been: by what is cut between blocks,
// and because the mean is that of these blocks.
void widen(Spread& spread, double missing) {
  const double factor = std::sqrt(spread.blocks / (spread.blocks - 1) / (1 - missing));
  for (double& deviation : spread.deviations) deviation *= factor;
}

// A second has few values beyond its p99, and chance hides how long it is remembered what made them slow: the mean knows better.
Blocks blocks_for(const Run& run, const Observations& observations, const Metric& metric) {
  const Blocks own = blocks_of(observations.pull());
  if (metric.kind != Metric::Kind::percentile) return own;
  const Blocks of_mean = blocks_of(Observations(run, {"mean", Metric::Kind::mean, 0}).pull());
  return of_mean.length > own.length ? Blocks{of_mean.length, own.missing * own.length / of_mean.length} : own;
}

}  // namespace

double scaled(double value, const Metric& metric) {
  return metric.is_share() ? value : std::log(std::max(value, metric.is_time() ? kLeastTime : 1e-9));
}

std::optional<Spread> spread_of(const Run& run, const Metric& metric, std::uint64_t seed) {
  const Observations observations(run, metric);
  const std::optional<double> whole = observations.value();
  if (!whole || observations.size() < kFewestWindows) return {};
  const Blocks blocks = blocks_for(run, observations, metric);
  const auto length = static_cast<std::size_t>(blocks.length);
  std::mt19937_64 random(seed);
  std::vector<std::size_t> begins((observations.size() + length - 1) / length);
  Spread spread;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    for (std::size_t& begin : begins) begin = random() % observations.size();
    if (const auto value = observations.value(begins, length)) spread.deviations.push_back(scaled(*value, metric) - scaled(*whole, metric));
  }
  if (spread.deviations.size() < kDraws / 2) return {};
  spread.blocks = static_cast<double>(observations.size()) / static_cast<double>(length);
  widen(spread, blocks.missing);
  // As of an even spread over a bucket, which may be one and the same in a whole block.
  const double coarseness = observations.coarseness();
  spread.unseen = coarseness * coarseness / 12 / spread.blocks;
  return spread;
}

}  // namespace loads::compare
