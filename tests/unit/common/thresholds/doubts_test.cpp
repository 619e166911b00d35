#include "common/thresholds/doubts.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace loads::thresholds {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<metrics::Doubt> doubts(const std::vector<std::string>& expressions, std::uint64_t answers,
                                   std::chrono::duration<double> time = 60s) {
  metrics::Slice all;
  metrics::RequestStats& stats = all.requests["GET /"];
  stats.answered = answers;
  stats.statuses[200] = answers;
  stats.response_times.record(1000, answers);
  return doubts_about(judge_all(expressions, all, time), time);
}

TEST(ThresholdDoubts, APercentileOfFewValuesIsSuspect) {
  EXPECT_THAT(doubts({"p95<1s"}, 200), IsEmpty());
  const auto few = doubts({"p95<1s"}, 199);
  ASSERT_EQ(few.size(), 1U);
  EXPECT_EQ(few[0].id, "few-samples");
  EXPECT_EQ(few[0].validity, metrics::Validity::suspect);
  EXPECT_THAT(few[0].message, HasSubstr("p95<1s by 199 (it takes 200)."));
}

TEST(ThresholdDoubts, TheyAreOneWhateverTheNumberOfThresholds) {
  const auto few = doubts({"p50<1s", "p90<1s", "p99<1s", "p95<1s", "p95<2s", "p95<3s", "p95<4s", "p95<5s"}, 100);
  ASSERT_EQ(few.size(), 1U);
  EXPECT_THAT(few[0].message, HasSubstr("p99<1s by 100 (it takes 1000), p95<1s by 100"));
  EXPECT_THAT(few[0].message, HasSubstr("p95<4s by 100 (it takes 200) and 1 more."));
}

TEST(ThresholdDoubts, WhatIsNoPercentileOrHasNoValueIsNoneOfThem) {
  EXPECT_THAT(doubts({"max<1s", "mean<1s", "errors<1%", "hits>=1"}, 1), IsEmpty());
  EXPECT_THAT(doubts({"p95{GET /none}<1s"}, 1), IsEmpty()) << "it has failed already";
}

TEST(ThresholdDoubts, AVerdictOnARunOfAMomentIsSuspect) {
  EXPECT_THAT(doubts({"hits>=1"}, 1, 2s), IsEmpty());
  const auto brief = doubts({"hits>=1"}, 1, 1900ms);
  ASSERT_EQ(brief.size(), 1U);
  EXPECT_EQ(brief[0].id, "short-run");
  EXPECT_THAT(brief[0].message, HasSubstr("judged by 1.90 s of figures"));
  EXPECT_THAT(doubts({}, 1, 10ms), IsEmpty()) << "nothing was to be judged";
}

}  // namespace
}  // namespace loads::thresholds
