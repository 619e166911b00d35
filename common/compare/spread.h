#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/compare/observations.h"

namespace loads::compare {

// A figure so that its differences count alike wherever it is: the logarithm of times and rates, shares as they are.
double scaled(double value, const Metric& metric);

// How much a figure of one run sways, as the circular block bootstrap tells it: by how much the figures of runs that are put together from
// blocks of this one's windows, drawn at random, differ from its own. D. N. Politis and J. P. Romano, "A circular block-resampling
// procedure for stationary data", in: Exploring the Limits of Bootstrap (1992).
struct Spread {
  std::vector<double> deviations;  // scaled()
  double blocks = 0;               // how many fit into the run: of so few independent parts we know
  double unseen = 0;               // a variance that is hidden in the buckets
};

inline constexpr std::size_t kDraws = 1000;
inline constexpr std::size_t kFewestWindows = 30;

// Nothing when there are fewer windows than that, or they have no data. The same seed draws the same blocks.
std::optional<Spread> spread_of(const Run& run, const Metric& metric, std::uint64_t seed);

}  // namespace loads::compare
