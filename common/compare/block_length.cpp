#include "common/compare/block_length.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace loads::compare {
namespace {

// Autocovariances of lag 0 to `most`.
std::vector<double> autocovariances(std::span<const double> series, std::size_t most) {
  const auto count = static_cast<double>(series.size());
  const double mean = std::accumulate(series.begin(), series.end(), 0.0) / count;
  std::vector<double> result;
  for (std::size_t lag = 0; lag <= most; ++lag) {
    double sum = 0;
    for (std::size_t i = lag; i < series.size(); ++i) sum += (series[i] - mean) * (series[i - lag] - mean);
    result.push_back(sum / count);
  }
  return result;
}

// The lag behind which `in_a_row` correlations, one after another, are not to be told from none; without such, the last that is not.
std::size_t last_correlated(const std::vector<double>& covariances, std::size_t in_a_row, double noise) {
  std::size_t small = 0;
  std::size_t last = 1;
  for (std::size_t lag = 1; lag < covariances.size(); ++lag) {
    const bool is_small = std::abs(covariances[lag]) < noise * covariances[0];
    small = is_small ? small + 1 : 0;
    if (!is_small) last = lag;
    if (small == in_a_row) return std::max<std::size_t>(1, lag - in_a_row);
  }
  return last;
}

// The flat-top window: 1 up to the middle, then down to 0.
double weight(double at) { return std::clamp(2 * (1 - at), 0.0, 1.0); }

struct Memory {
  double spectrum = 0;  // at frequency 0: "g(0)" in the paper
  double bend = 0;      // and how it bends there: "G"
};

Memory memory_of(const std::vector<double>& covariances, std::size_t bandwidth) {
  Memory memory{covariances[0], 0};
  for (std::size_t lag = 1; lag < std::min(covariances.size(), bandwidth + 1); ++lag) {
    const auto at = static_cast<double>(lag);
    const double part = 2 * weight(at / static_cast<double>(bandwidth)) * covariances[lag];
    memory.spectrum += part;
    memory.bend += at * part;
  }
  return memory;
}

// As of a process that remembers the value before, and no other: D. W. K. Andrews, "Heteroskedasticity and Autocorrelation Consistent
// Covariance Matrix Estimation", Econometrica 59 (1991). Its correlation is found too small in short series, by about (1 + 3 r) / n.
Memory memory_of_one_step(const std::vector<double>& covariances, double count) {
  constexpr double kMost = 0.97;
  const double found = covariances[1] / covariances[0];
  const double r = std::clamp(found + (1 + 3 * found) / count, 0.0, kMost);
  return {covariances[0] * (1 + r) / (1 - r), covariances[0] * 2 * r / ((1 - r) * (1 - r))};
}

double wanted_length(const Memory& memory, double count) {
  const double variance = 4.0 / 3 * memory.spectrum * memory.spectrum;
  return variance > 0 ? std::cbrt(2 * memory.bend * memory.bend / variance * count) : count;
}

double missing_from(const Memory& memory, double length) {
  constexpr double kMost = 0.75;  // what is more is the noise of a short series
  if (memory.spectrum <= 0) return 0;
  return std::clamp(memory.bend / memory.spectrum / length, 0.0, kMost);
}

}  // namespace

Blocks blocks_of(std::span<const double> series) {
  const auto count = static_cast<double>(series.size());
  const double most = std::max(1.0, std::ceil(std::min(3 * std::sqrt(count), count / 3)));
  const double least = std::min(most, std::max(1.0, std::cbrt(count)));
  if (series.size() < 8) return {least, 0};
  const auto in_a_row = static_cast<std::size_t>(std::max(5.0, std::sqrt(std::log10(count))));
  const auto lags = std::min(static_cast<std::size_t>(std::ceil(std::sqrt(count))) + in_a_row, series.size() - 1);
  const std::vector<double> covariances = autocovariances(series, lags);
  if (covariances[0] <= 0) return {least, 0};  // all the same
  const std::size_t correlated = last_correlated(covariances, in_a_row, 2 * std::sqrt(std::log10(count) / count));
  const Memory any = memory_of(covariances, 2 * correlated);
  const Memory one_step = memory_of_one_step(covariances, count);
  const Memory& memory = any.spectrum > one_step.spectrum ? any : one_step;
  const double length = std::ceil(std::clamp(wanted_length(memory, count), least, most));
  return {length, missing_from(memory, length)};
}

}  // namespace loads::compare
