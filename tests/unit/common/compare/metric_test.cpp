#include "common/compare/metric.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace loads::compare {
namespace {

using testing::HasSubstr;

std::string complaint(std::string_view text) {
  try {
    parse_limit(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "none";
}

TEST(CompareMetric, LimitsHaveTheMetricsOfThresholds) {
  const Limit p95 = parse_limit("p95:10%");
  EXPECT_EQ(p95.metric, usual_metrics()[1]);
  EXPECT_EQ(p95.metric.word, "p95");
  EXPECT_DOUBLE_EQ(p95.percent, 10);
  const Limit tail = parse_limit(" p99.9 :0.5%");
  EXPECT_EQ(tail.metric.word, "p99.9");
  EXPECT_DOUBLE_EQ(tail.metric.quantile, 0.999);
  EXPECT_DOUBLE_EQ(tail.percent, 0.5);
  for (const Metric& metric : usual_metrics()) EXPECT_EQ(parse_limit(metric.word + ":0%").metric, metric);
}

TEST(CompareMetric, OnlyOfARateMoreIsBetter) {
  for (const Metric& metric : usual_metrics()) EXPECT_EQ(metric.more_is_better(), metric.word == "rps") << metric.word;
  EXPECT_TRUE(parse_limit("errors:1%").metric.is_share());
  EXPECT_FALSE(parse_limit("mean:1%").metric.is_share());
}

TEST(CompareMetric, WhatIsWrongIsSaid) {
  EXPECT_THAT(complaint("p95:10"), HasSubstr("Write METRIC:PERCENT%, such as p95:10%"));
  EXPECT_THAT(complaint("p95"), HasSubstr("Write METRIC:PERCENT%"));
  EXPECT_THAT(complaint("p95:-1%"), HasSubstr("Write METRIC:PERCENT%"));
  EXPECT_THAT(complaint("p95:nan%"), HasSubstr("Write METRIC:PERCENT%"));
  EXPECT_THAT(complaint("p95:1e3%"), HasSubstr("Write METRIC:PERCENT%"));
  EXPECT_THAT(complaint("p59x:10%"), HasSubstr("there is no metric"));
  EXPECT_THAT(complaint("p59x:10%"), HasSubstr("Runs are compared by p50 to p99.9, mean")) << "and not by all that thresholds know";
  EXPECT_THAT(complaint("avg:10%"), HasSubstr("Did you mean mean?"));
  EXPECT_THAT(complaint("max:10%"), HasSubstr("runs are not compared by max"));
  EXPECT_THAT(complaint("p95<3s:10%"), HasSubstr("nothing is expected behind the metric"));
  EXPECT_THAT(complaint("p95{GET http://a:80/}:10%"), HasSubstr("Leave {GET http://a:80/} out"));
  EXPECT_THAT(complaint(""), HasSubstr("begins with no metric"));
}

}  // namespace
}  // namespace loads::compare
