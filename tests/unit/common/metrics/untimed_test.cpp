#include "common/metrics/untimed.h"

#include <gtest/gtest.h>

namespace loads::metrics {
namespace {

Tally tally_with(std::uint64_t answered, std::uint64_t unanswered, std::uint64_t successes) {
  Tally tally;
  tally.answered = answered;
  tally.unanswered = unanswered;
  tally.outcomes[static_cast<std::size_t>(Outcome::success)] = successes;
  return tally;
}

TEST(Untimed, IsWhatTheOneHasBeyondTheOther) {
  const Tally all = tally_with(10, 3, 5);
  const Tally recorded = tally_with(7, 1, 5);
  const Slice slice = untimed(all, recorded);
  EXPECT_EQ(recorded + tally_of(slice), all);
  EXPECT_EQ(slice.requests.at("(times lost)").response_times.count(), 0U);
}

TEST(Untimed, IsEmptyWhenNothingIsMissing) {
  EXPECT_TRUE(untimed(tally_with(7, 1, 5), tally_with(7, 1, 5)).empty());
  EXPECT_TRUE(untimed(tally_with(6, 0, 4), tally_with(7, 1, 5)).empty()) << "a run that crashed is recorded but never counted";
}

}  // namespace
}  // namespace loads::metrics
