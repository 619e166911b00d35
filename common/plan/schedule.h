#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/plan/arrivals.h"
#include "common/plan/profile.h"

namespace loads::plan {

// When the test runs of a step are to begin that one worker does: those of its own turn, and of others' that it was given in the meantime.
class Schedule {
 public:
  Schedule(Profile rate, Spacing spacing, std::uint64_t seed, Turn turn);

  std::optional<Seconds> next() const;  // since the start of the step; nothing: no more
  void take();                          // it is done with; time for the one after it
  void skip_to(Seconds time);           // from then on, without those that were to begin before
  std::uint64_t count_until(Seconds time) const;

  // The rate is that times these changes. What was to begin by `now` by the new rate alone has not been asked for in time, and does not.
  void change(const std::vector<Profile::Change>& changes, Seconds now);
  // The runs of this turn, too, that begin at `from` or later.
  void add(Turn turn, Seconds from);

 private:
  const Profile planned_;
  const Spacing spacing_;
  const std::uint64_t seed_;
  Profile rate_;
  std::vector<Arrivals> arrivals_;  // of each turn; a handful
};

}  // namespace loads::plan
