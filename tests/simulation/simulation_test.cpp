// LOADS_SIMULATION_SEED=N runs that seed alone (with LOADS_SIMULATION_TRACE=1 it tells what happens); LOADS_SIMULATION_SEEDS=N runs seeds 1
// to N instead of the usual number.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "simulation/world.h"

namespace loads::simulation {
namespace {

constexpr std::uint64_t kSeeds = 500;
constexpr std::uint64_t kParts = 10;

std::uint64_t variable(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Taken {
  int restarts = 0;
  int takeovers = 0;
  int compactions = 0;
  int coarse = 0;
  int dealt = 0;
};

void expect_balance(std::uint64_t seed, Taken& taken) {
  World world(seed);
  const auto wrong = world.run();
  for (const std::string& line : wrong) ADD_FAILURE() << "seed " << seed << ": " << line;
  taken.restarts += world.restarts;
  taken.takeovers += world.takeovers();
  taken.compactions += world.compactions;
  taken.coarse += world.coarse;
  taken.dealt += static_cast<int>(world.dealt_parts.size());
}

class Simulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Simulation, TheBooksBalanceWhateverFails) {
  Taken taken;
  if (const auto seed = variable("LOADS_SIMULATION_SEED", 0); seed != 0) return expect_balance(seed, taken);
  const std::uint64_t seeds = variable("LOADS_SIMULATION_SEEDS", kSeeds);
  for (std::uint64_t seed = 1 + GetParam(); seed <= seeds; seed += kParts) {
    expect_balance(seed, taken);
    if (HasFailure()) return;
  }
  EXPECT_GT(taken.restarts, 0);
  EXPECT_GT(taken.takeovers, 0);
  EXPECT_GT(taken.compactions, 0);
  EXPECT_GT(taken.coarse, 0);
  EXPECT_GT(taken.dealt, 0);
  RecordProperty("restarts", taken.restarts);
  RecordProperty("takeovers", taken.takeovers);
  RecordProperty("compactions", taken.compactions);
  RecordProperty("coarse", taken.coarse);
  RecordProperty("dealt", taken.dealt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Simulation, testing::Range(std::uint64_t{0}, kParts));

}  // namespace
}  // namespace loads::simulation
