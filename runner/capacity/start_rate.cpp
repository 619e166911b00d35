#include "runner/capacity/start_rate.h"

#include <algorithm>
#include <cmath>

#include "common/duration.h"
#include "common/failure.h"
#include "common/thresholds/parse.h"
#include "runner/capacity/search.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

constexpr double kLow = 10;
constexpr double kSpare = 2;  // not every test run has a value of each condition

struct Need {
  double values = 0;
  std::string expression;  // that takes them
};

Need most_needed(const std::vector<std::string>& conditions) {
  Need most;
  for (const std::string& one : conditions) {
    const thresholds::Threshold threshold = thresholds::parse(one);
    if (threshold.figure != thresholds::Figure::percentile || threshold.quantile <= 0) continue;
    const double values = std::ceil(1 / (1 - threshold.quantile) - 1e-6);
    if (values > most.values) most = {values, one};
  }
  return most;
}

}  // namespace

double start_rate(const std::vector<std::string>& conditions, const LoadOptions& load) {
  const Need need = most_needed(conditions);
  const double seconds = std::chrono::duration<double>(*load.duration).count();
  if (load.rates.empty()) return rounded_rate(std::max(kLow, kSpare * need.values / seconds));
  const double rate = load.rates.front();
  if (rate * seconds >= need.values) return rate;
  throw Failure(exit_code::usage,
                "--find-max: \"" + need.expression + "\" takes " + whole(need.values) + " values at least, and a level of " +
                    three_digits(rate) + "/s and " + format_duration(*load.duration) + " does not bring as many. Make it longer (-d " +
                    whole(std::ceil(need.values / rate)) + "s), or begin with a higher --rate.",
                "options");
}

}  // namespace loads::runner
