#include "proto/trust.h"

#include <gtest/gtest.h>

namespace loads::proto {
namespace {

using metrics::Validity;
using namespace std::chrono_literals;

metrics::Slice slice_of(std::uint64_t answers, std::uint64_t unsent = 0) {
  metrics::Slice slice;
  metrics::RequestStats& stats = slice.requests["GET /"];
  stats.answered = answers;
  stats.response_times.record(1000, answers);
  stats.errors[static_cast<std::size_t>(metrics::RequestError::no_ports)] = unsent;
  return slice;
}

RunStatus minute() {
  RunStatus status;
  status.duration = 60s;
  return status;
}

TEST(Trust, IsThatOfTheWorstThatFiguresAgentsAndThresholdsSay) {
  EXPECT_EQ(trust_in(minute(), slice_of(100)).validity, Validity::valid);
  EXPECT_EQ(trust_in(minute(), slice_of(100, 1)).validity, Validity::suspect);
  EXPECT_EQ(trust_in(minute(), slice_of(100, 50)).validity, Validity::invalid);
  RunStatus warned = minute();
  warned.warnings.push_back({"steal", "", Validity::invalid});
  EXPECT_EQ(trust_in(warned, slice_of(100)).validity, Validity::invalid);
  RunStatus unbalanced = minute();
  unbalanced.balanced = false;
  EXPECT_EQ(trust_in(unbalanced, slice_of(100)).validity, Validity::invalid);
  RunStatus judged = minute();
  judged.thresholds = {"p99<1s"};
  EXPECT_EQ(trust_in(judged, slice_of(100)).validity, Validity::suspect) << "of few values";
}

TEST(Trust, IsAskedForOnlyByThresholds) {
  RunStatus status = minute();
  EXPECT_FALSE(trust_in(status, slice_of(100, 50)).is_disbelieved());
  status.thresholds = {"hits>=1000"};
  EXPECT_TRUE(trust_in(status, slice_of(100, 50)).is_disbelieved());
  EXPECT_TRUE(trust_in(status, slice_of(100, 50)).is_crossed);
  EXPECT_FALSE(trust_in(status, slice_of(100)).is_disbelieved());
  status.thresholds.clear();
  status.abort = {true, "errors>50% for 10s: 62.1%"};
  EXPECT_TRUE(trust_in(status, slice_of(100, 50)).is_disbelieved());
}

}  // namespace
}  // namespace loads::proto
