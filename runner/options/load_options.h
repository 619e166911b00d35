#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/plan/plan.h"

namespace loads::runner {

// What is asked for of the load: -u and what else says how much there is when. The typed form of those options; plan_of() makes a plan of
// it, and says what excludes what.
struct LoadOptions {
  // Values that follow each other: users at once, or test runs to begin in a second.
  struct Stages {
    std::vector<plan::Stage> stages;
    bool of_rate = false;
  };

  std::vector<std::uint32_t> users;
  std::vector<std::uint64_t> hits;  // empty: not given
  std::optional<std::chrono::nanoseconds> duration;
  std::chrono::nanoseconds ramp_up{};
  std::vector<double> rates;  // a second; empty: not given
  std::optional<Stages> stages;
  std::string profile;  // a CSV file; empty: none
  std::uint32_t max_users = 10'000;
  plan::Spacing spacing = plan::Spacing::constant;
  std::chrono::nanoseconds pacing{};
  std::chrono::nanoseconds think_least{};
  std::chrono::nanoseconds think_most{};
  std::chrono::nanoseconds warm_up{};

  bool has_end() const { return duration || stages || !profile.empty(); }  // by the clock
};

}  // namespace loads::runner
