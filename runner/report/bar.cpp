#include "runner/report/bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace loads::runner {
namespace {

double between_0_and_1(double fraction) { return std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0.0; }

}  // namespace

int percent_done(double fraction) { return static_cast<int>(std::floor(between_0_and_1(fraction) * 100)); }

std::string bar(double fraction, std::size_t columns) {
  const auto filled = static_cast<std::size_t>(std::floor(between_0_and_1(fraction) * static_cast<double>(columns)));
  std::array<char, 16> percent{};
  std::snprintf(percent.data(), percent.size(), "]  %2d%%", percent_done(fraction));
  return "[" + std::string(filled, '=') + std::string(columns - filled, ' ') + percent.data();
}

}  // namespace loads::runner
