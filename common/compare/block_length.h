#pragma once

#include <span>

namespace loads::compare {

// How a series is cut, so that what belongs together stays together.
struct Blocks {
  double length = 1;   // 1 for white noise would do, more the longer a value is remembered
  double missing = 0;  // which part of the variance blocks of that length do not see, because they cut what belongs together
};

// The automatic choice for the circular block bootstrap by D. N. Politis and H. White, "Automatic Block-Length Selection for the Dependent
// Bootstrap", Econometric Reviews 23 (2004), as corrected by A. Patton, Politis and White in Econometric Reviews 28 (2009). At least the
// cube root of the number of values, at most a third of them. What is missing is the first term of the bias in the same paper.
Blocks blocks_of(std::span<const double> series);

}  // namespace loads::compare
