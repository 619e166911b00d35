#include "agent/work/worker_limits.h"

#include <unistd.h>

#include "agent/work/descendants.h"

namespace loads::agent {
namespace {

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

std::uint64_t sum_over(const std::vector<pid_t>& processes, std::uint64_t (*memory_of)(pid_t)) {
  std::uint64_t sum = 0;
  for (const pid_t process : processes) sum += memory_of(process);
  return sum;
}

}  // namespace

std::string excess_of(const std::vector<pid_t>& processes, const WorkerLimits& limits) {
  if (limits.processes > 0 && processes.size() > limits.processes) {
    return "with all that it has started it is " + std::to_string(processes.size()) + " processes, and may be " +
           std::to_string(limits.processes) + " (loads-agent --worker-processes)";
  }
  if (limits.memory == 0 || sum_over(processes, own_memory) <= limits.memory) return {};
  // A test that forks may only seem to have taken so much.
  const std::uint64_t memory = sum_over(processes, fair_share_of_memory);
  if (memory <= limits.memory) return {};
  return "it has taken " + mebibytes(memory) + " of memory, and may take " + mebibytes(limits.memory) + " (loads-agent --worker-memory)";
}

std::uint64_t default_worker_memory() {
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  return pages / 5 * 4 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace loads::agent
