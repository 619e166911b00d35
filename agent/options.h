#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/agent.h"
#include "agent/work/worker_limits.h"
#include "common/environment.h"

namespace loads::agent {

// What loads-agent was asked for, with every default filled in. A pure value.
struct Options {
  std::string backend;     // the broker's endpoint for agents
  std::string state;       // folder of this very agent; empty: the first free one below the default
  std::string credential;  // file; empty: the default
  bool insecure = false;
  WorkerLimits limits{default_worker_memory(), kDefaultWorkerProcesses};
  std::string python;                      // that runs tests in Python; empty: the worker looks for one
  std::vector<std::string> allow_targets;  // where workers may connect (common/target_rules.h); empty: anywhere
  std::string log_file;
  bool debug = false;
  bool calibrate = false;  // and nothing else
  std::optional<std::chrono::nanoseconds> end_without_broker;
  std::uint64_t spool_limit = Agent::kSpoolLimit;  // of what waits for the broker, in bytes
  std::vector<std::string> notices;                // options that were accepted without effect
};

// Prints --help or --version and gives nothing; throws loads::Failure(exit_code::usage) for what makes no sense.
std::optional<Options> read_options(const std::vector<std::string>& arguments, const Environment& environment);

}  // namespace loads::agent
