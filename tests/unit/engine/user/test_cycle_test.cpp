#include "engine/user/test_cycle.h"

#include <gtest/gtest.h>

namespace loads::user {
namespace {

using Cycle = std::vector<std::size_t>;

Cycle cycle_of(const std::vector<int>& weights) {
  std::vector<TestInfo> tests;
  for (const int weight : weights) tests.push_back({"Class", "test", "file", 1, nullptr, weight});
  std::vector<const TestInfo*> pointers;
  for (const TestInfo& test : tests) pointers.push_back(&test);
  return test_cycle(pointers);
}

TEST(TestCycle, HasEachTestAsOftenAsItsWeightAndSpreadsThem) {
  EXPECT_EQ(cycle_of({1}), (Cycle{0}));
  EXPECT_EQ(cycle_of({1, 1, 1}), (Cycle{0, 1, 2}));
  EXPECT_EQ(cycle_of({5, 1, 1}), (Cycle{0, 0, 1, 0, 2, 0, 0}));
}

TEST(TestCycle, IsInLowestTerms) { EXPECT_EQ(cycle_of({300, 100}), cycle_of({3, 1})); }

}  // namespace
}  // namespace loads::user
