#pragma once

namespace loads {

// Below this is a value of Student's t-distribution with so much probability (0 to 1, without them); `freedom` is above 0.
double students_t_quantile(double freedom, double probability);

}  // namespace loads
