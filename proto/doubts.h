#pragma once

#include <vector>

#include "common/metrics/doubt.h"
#include "proto/run.h"

namespace loads::proto {

// What a distributed run's figures cannot tell by themselves: agents that were lost, what workers and the broker warned of, totals that
// contradict each other.
std::vector<metrics::Doubt> doubts_of(const RunStatus& status);

// "lost", "crashed" and so on; empty: it works.
std::string end_of(const AgentShare& share);

inline constexpr const char* kUnbalanced =
    "the figures of an agent contradict each other: do not believe them. This is an error of ours, please report it.";

}  // namespace loads::proto
