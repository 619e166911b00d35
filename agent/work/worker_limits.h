#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace loads::agent {

// What a worker and the processes that it has started may take, all together. 0: no limit.
struct WorkerLimits {
  std::uint64_t memory = 0;  // bytes, but for those of files; what they share among them counts once
  std::size_t processes = 0;
};

// In words, what these processes take that is more than they may; empty: nothing.
std::string excess_of(const std::vector<pid_t>& processes, const WorkerLimits& limits);

// Four fifths of the machine's memory.
std::uint64_t default_worker_memory();
inline constexpr std::size_t kDefaultWorkerProcesses = 1000;

}  // namespace loads::agent
