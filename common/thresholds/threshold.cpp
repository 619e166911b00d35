#include "common/thresholds/threshold.h"

namespace loads::thresholds {

std::string_view to_string(Comparison comparison) {
  switch (comparison) {
    case Comparison::less: return "<";
    case Comparison::at_most: return "<=";
    case Comparison::more: return ">";
    case Comparison::at_least: return ">=";
  }
  return "<";
}

bool holds(double value, Comparison comparison, double limit) {
  switch (comparison) {
    case Comparison::less: return value < limit;
    case Comparison::at_most: return value <= limit;
    case Comparison::more: return value > limit;
    case Comparison::at_least: return value >= limit;
  }
  return false;
}

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Unit::seconds: return "seconds";
    case Unit::percent: return "percent";
    case Unit::per_second: return "per_second";
    case Unit::none: return "none";
  }
  return "none";
}

}  // namespace loads::thresholds
