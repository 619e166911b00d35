#include "engine/user/test_cycle.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace loads::user {

std::vector<std::size_t> test_cycle(const std::vector<const TestInfo*>& tests) {
  std::int64_t divisor = 0;
  for (const TestInfo* test : tests) divisor = std::gcd(divisor, std::int64_t{test->weight});
  std::int64_t sum = 0;
  for (const TestInfo* test : tests) sum += test->weight / divisor;
  // Each turn everyone gains its weight, and the richest pays for all.
  std::vector<std::int64_t> wealth(tests.size(), 0);
  std::vector<std::size_t> cycle;
  for (std::int64_t turn = 0; turn < sum; ++turn) {
    for (std::size_t i = 0; i < tests.size(); ++i) wealth[i] += tests[i]->weight / divisor;
    const auto richest = std::max_element(wealth.begin(), wealth.end());
    *richest -= sum;
    cycle.push_back(static_cast<std::size_t>(richest - wealth.begin()));
  }
  return cycle;
}

}  // namespace loads::user
