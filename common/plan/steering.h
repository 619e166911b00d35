#pragma once

#include <cstddef>
#include <vector>

#include "common/plan/arrivals.h"
#include "common/plan/profile.h"

namespace loads::plan {

// What has become of a run's load since it began: what its user has asked for, and the parts of a rate that change hands. It only grows,
// and is passed on whole, so that the longer one is the newer. Times count from the start of the run. A pure value.
struct Steering {
  // From `at` on the load is that of the plan times `factor`, until the next change. 0: no test run begins.
  struct Change {
    Seconds at{0};
    double factor = 1;
    friend bool operator==(const Change&, const Change&) = default;
  };
  // From `at` on the test runs of this turn, among all of the rate, are this share's too.
  struct Part {
    Seconds at{0};
    Turn turn;
    friend bool operator==(const Part&, const Part&) = default;
  };

  std::vector<Change> changes;  // in the order of their times
  std::vector<Part> parts;

  bool empty() const { return changes.empty() && parts.empty(); }
  std::size_t size() const { return changes.size() + parts.size(); }

  // As a step that began so long after the run sees them: for Profile::with().
  std::vector<Profile::Change> changes_since(Seconds begin) const;

  friend bool operator==(const Steering&, const Steering&) = default;
};

inline constexpr std::size_t kMostChanges = 1'000;
inline constexpr std::size_t kMostParts = 10'000;
inline constexpr double kMostScale = 1'000;                           // times the plan
inline constexpr std::uint64_t kMostTurns = std::uint64_t{1} << 30U;  // that a rate is dealt to

}  // namespace loads::plan
