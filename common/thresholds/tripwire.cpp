#include "common/thresholds/tripwire.h"

#include <stdexcept>
#include <utility>

#include "common/thresholds/parse.h"

namespace loads::thresholds {
namespace {

std::vector<Threshold> readable(const std::vector<std::string>& expressions) {
  std::vector<Threshold> thresholds;
  for (const std::string& expression : expressions) {
    try {
      thresholds.push_back(parse_abort(expression));
    } catch (const std::invalid_argument&) {
    }
  }
  return thresholds;
}

std::string counted(std::uint64_t count, const std::string& what) { return std::to_string(count) + " " + what + (count == 1 ? "" : "s"); }

// The first ones: more may have come in the same second.
std::optional<Tripwire::Trip> first_problem(const metrics::Slice& all) {
  if (const auto errors = all.runs(metrics::Outcome::error); errors > 0) return {{false, counted(errors, "error") + ", --fail-fast"}};
  if (const auto failures = all.runs(metrics::Outcome::failure); failures > 0)
    return {{false, counted(failures, "failure") + ", --fail-fast"}};
  return {};
}

}  // namespace

Tripwire::Tripwire(const std::vector<std::string>& abort_thresholds, bool fail_fast)
    : fail_fast_(fail_fast), watch_(readable(abort_thresholds)) {}

std::optional<Tripwire::Trip> Tripwire::look(Watch::Time known, const metrics::Slice& all) {
  if (fail_fast_) {
    if (auto trip = first_problem(all)) return trip;
  }
  if (watch_.empty()) return {};
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(known).count();
  if (std::exchange(looked_at_, second) == second) return {};
  const auto crossed = watch_.crossed(known);
  if (!crossed) return {};
  return {{true, crossed->threshold.text + ": " + value_text(*crossed)}};
}

}  // namespace loads::thresholds
