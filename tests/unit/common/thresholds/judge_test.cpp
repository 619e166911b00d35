#include "common/thresholds/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/thresholds/parse.h"

namespace loads::thresholds {
namespace {

using namespace std::chrono_literals;
using metrics::Slice;

void answer(Slice& slice, const std::string& name, std::uint64_t count, std::chrono::microseconds time, int status = 200) {
  for (std::uint64_t i = 0; i < count; ++i) entry(slice.requests, name).add({.status = status, .total = time});
}

// 90 quick answers and 10 slow ones, 2 bad ones and 8 that never came, in 10 s; 4 errors and a failure of 50 test runs.
Slice measured() {
  Slice slice;
  answer(slice, "GET /", 90, 10ms);
  answer(slice, "GET /slow", 10, 500ms);
  answer(slice, "GET /slow", 2, 1ms, 503);
  for (int i = 0; i < 8; ++i) entry(slice.requests, "GET /").add({.status = 0, .error = metrics::RequestError::timeout});
  slice.outcomes = {45, 4, 1, 3, 2};
  slice.counters["searches"] = 12;
  slice.checks["is fast"] = {99, 1};
  for (int i = 1; i <= 100; ++i) slice.trends["items"].record(static_cast<std::uint64_t>(i) * 1000);
  return slice;
}

Result judged(const std::string& text, const Slice& slice = measured()) { return judge(parse(text), slice, 10s); }

TEST(Judge, EachMetricHasItsValue) {
  const std::pair<const char*, double> table[] = {
      {"p50<1s", 0.01},
      {"max<1s", 0.5},
      {"min<1s", 0.01},
      {"mean<1s", 0.059},
      {"p50{GET /slow}<1s", 0.5},
      {"hits>0", 102},
      {"hits{GET /slow}>0", 12},
      {"rps>0", 10.2},
      {"rps{GET /}>0", 9},
      {"errors<1%", 8},
      {"errors<1", 4},
      {"failures<1%", 2},
      {"success>1%", 90},
      {"unanswered<1", 8},
      {"unanswered{GET /slow}<1%", 0},
      {"status_5xx<1", 2},
      {"status_2xx<1", 100},
      {"status_503{GET /slow}<1%", 100.0 * 2 / 12},
      {"status_404<1%", 0},
      {"counter{searches}>0", 12},
      {"check{is fast}>1%", 99},
      {"trend{items}.p50<1", 50},
      {"trend{items}.max<1", 100},
      {"trend{items}.mean<1", 50.5},
      {"trend{items}.count<1", 100},
  };
  for (const auto& [text, value] : table) {
    const Result result = judged(text);
    ASSERT_TRUE(result.value) << text << ": " << result.why;
    EXPECT_NEAR(*result.value, value, value * 0.001) << text;
  }
}

TEST(Judge, TheLimitItselfIsNotBelowTheLimit) {
  EXPECT_FALSE(judged("errors<8%").passed);
  EXPECT_TRUE(judged("errors<=8%").passed);
  EXPECT_FALSE(judged("errors>8%").passed);
  EXPECT_TRUE(judged("errors>=8%").passed);
  EXPECT_FALSE(judged("max<500ms").passed);
  EXPECT_TRUE(judged("max<=500ms").passed);
  EXPECT_FALSE(judged("rps>10.2").passed);
  EXPECT_TRUE(judged("rps>=10.2").passed);
}

TEST(Judge, WithoutDataNothingIsPassed) {
  for (const char* text : {"p95<1s", "hits<10", "rps<10", "errors<1%", "errors<=0", "unanswered<1%", "status_5xx<1%", "counter{a}<1",
                           "check{a}<50%", "trend{a}.count<1", "trend{a}.max<1"}) {
    const Result result = judged(text, Slice());
    EXPECT_FALSE(result.passed) << text;
    EXPECT_EQ(value_text(result), "no data") << text;
  }
}

TEST(Judge, ANameThatNeverCameSaysWhatCame) {
  EXPECT_EQ(judged("p95{GET /slwo}<1s").why, "No request of that name came. Did you mean GET /slow? Those that came: GET /, GET /slow.");
  EXPECT_EQ(judged("counter{search}>1").why, "No counter of that name came. Did you mean searches? Those that came: searches.");
  EXPECT_EQ(judged("hits{GET /}>1", Slice()).why, "No request of that name came.");
}

TEST(Judge, APercentileOfTooFewValuesIsNoData) {
  const Result result = judged("p99.9<1s");
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(result.why, "100 values are too few for this percentile: it takes 1000.");
}

TEST(Judge, NothingThatWasAnsweredHasNoTimes) {
  Slice slice;
  entry(slice.requests, "GET /").add({.status = 0, .error = metrics::RequestError::timeout});
  EXPECT_EQ(value_text(judged("max<1s", slice)), "no data");
  EXPECT_EQ(value_text(judged("status_5xx<1%", slice)), "no data");
  EXPECT_EQ(value_text(judged("hits>=1", slice)), "0");
  EXPECT_EQ(value_text(judged("unanswered<1%", slice)), "100%");
}

TEST(Judge, TheValueIsRoundedOnlyWhereThatTellsTheSame) {
  const auto shown = [](const char* text, std::chrono::microseconds time) {
    Slice slice;
    answer(slice, "GET /", 1, time);
    return value_text(judged(text, slice));
  };
  EXPECT_EQ(shown("max<500ms", 9400us), "9.4ms");
  EXPECT_EQ(shown("max<=500ms", 500001us), "500.001ms");
  EXPECT_EQ(value_text(judged("errors<50%")), "8%");
  EXPECT_EQ(value_text(judged("status_503{GET /slow}<1%")), "16.7%");
  EXPECT_EQ(value_text(judged("status_503{GET /slow}<16.7%")), "16.67%");
  EXPECT_EQ(value_text(judged("hits>1")), "102");
  EXPECT_EQ(value_text(judged("rps>1")), "10.2");
  EXPECT_EQ(value_text(judged("trend{items}.mean<1")), "50.5");
}

TEST(Judge, ManyAreJudgedInTheirOrderAndTheUnreadableIsNotPassed) {
  const auto results = judge_all({"errors<50%", "p95<1ms", "later<1"}, measured(), 10s);
  ASSERT_EQ(results.size(), 3u);
  EXPECT_TRUE(results[0].passed);
  EXPECT_FALSE(results[1].passed);
  EXPECT_FALSE(results[2].passed);
  EXPECT_THAT(results[2].why, testing::HasSubstr("This version cannot read it"));
  EXPECT_EQ(count_crossed(results), 2u);
}

TEST(Judge, ListsAreUnitedWithoutRepetition) {
  EXPECT_EQ(united({"a<1", "b<1"}, {"b<1", "c<1"}), (std::vector<std::string>{"a<1", "b<1", "c<1"}));
}

}  // namespace
}  // namespace loads::thresholds
