#include "runner/crashed_run.h"

#include <chrono>

namespace loads::runner {

metrics::Slice crashed_run(const std::string& what, std::uint32_t step) {
  metrics::Problem problem;
  problem.kind = metrics::ProblemKind::error;
  problem.blame = metrics::ErrorClass::test;
  problem.message = what;
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  metrics::Slice slice;
  slice.step = step;
  slice.outcomes[static_cast<std::size_t>(metrics::Outcome::error)] = 1;
  slice.problems.add(problem);
  return slice;
}

}  // namespace loads::runner
