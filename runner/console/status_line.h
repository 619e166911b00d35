#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "common/metrics/slice.h"
#include "common/plan/plan.h"

namespace loads::runner {

// How many of a run's agents are at work, or have done what they should. None at all: the run is this machine's.
struct AgentCount {
  std::uint32_t here = 0;
  std::uint32_t all = 0;
};

// A moment of a run, beside its figures.
struct Moment {
  std::uint32_t users = 0;
  std::chrono::duration<double> elapsed{0};
  std::optional<plan::Seconds> planned;
  double hits_per_second = 0;
  AgentCount agents{};
};

// The run in one line: "00:10/00:30  users 100  hits 4970  497/s  p50 3.6ms  p95 9.4ms  errors 0", with agents "agents 5/5" after that.
// Failures are told when there are any.
std::string status_line(const Moment& moment, const metrics::Slice& all);

// `status` without the parts at its end for which there is no room.
std::string fitted(const std::string& status, std::size_t columns);

}  // namespace loads::runner
