#include "common/students_t.h"

#include <boost/math/distributions/students_t.hpp>

namespace loads {
namespace {

// In plain doubles: by default the library prepares its functions in long double at each start of the program, which valgrind cannot do.
using InDoubles = boost::math::policies::policy<boost::math::policies::promote_double<false>>;

}  // namespace

double students_t_quantile(double freedom, double probability) {
  return boost::math::quantile(boost::math::students_t_distribution<double, InDoubles>(freedom), probability);
}

}  // namespace loads
