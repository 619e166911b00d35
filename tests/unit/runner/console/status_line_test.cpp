#include "runner/console/status_line.h"

#include <gtest/gtest.h>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using Time = std::chrono::duration<double>;

TEST(StatusLine, IsTheRunInOneLine) {
  metrics::Slice slice;
  answer(slice, "GET /", 4700, 3600);
  answer(slice, "GET /", 270, 9400);
  runs(slice, metrics::Outcome::success, 4970);
  const Moment moment{.users = 100, .elapsed = Time(10.2), .planned = plan::Seconds(30), .hits_per_second = 497.8, .agents = {}};
  EXPECT_EQ(status_line(moment, slice), "00:10/00:30  users 100  hits 4970  498/s  p50 3.6ms  p95 9.4ms  errors 0");
}

TEST(StatusLine, BeforeTheFirstAnswerHasDashes) {
  EXPECT_EQ(status_line({.users = 5, .elapsed = Time(0), .planned = std::nullopt, .hits_per_second = 0, .agents = {}}, {}),
            "00:00  users 5  hits 0  0/s  p50 -  p95 -  errors 0");
}

TEST(StatusLine, TellsFailuresWhenThereAreAny) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::error, 2);
  runs(slice, metrics::Outcome::failure, 3);
  EXPECT_EQ(status_line({.users = 5, .elapsed = Time(3723), .planned = std::nullopt, .hits_per_second = 0, .agents = {}}, slice),
            "01:02:03  users 5  hits 0  0/s  p50 -  p95 -  errors 2  failures 3");
}

TEST(StatusLine, CountsTheAgentsOfADistributedRun) {
  Moment moment{.users = 5, .elapsed = Time(1), .planned = std::nullopt, .hits_per_second = 0, .agents = {4, 5}};
  EXPECT_EQ(status_line(moment, {}), "00:01  users 5  hits 0  0/s  p50 -  p95 -  errors 0  agents 4/5");
}

TEST(FittedStatusLine, LosesWholePartsAtItsEnd) {
  EXPECT_EQ(fitted("00:10  users 100  hits 4970", 80), "00:10  users 100  hits 4970");
  EXPECT_EQ(fitted("00:10  users 100  hits 4970", 26), "00:10  users 100");
  EXPECT_EQ(fitted("00:10  users 100  hits 4970", 16), "00:10  users 100");
  EXPECT_EQ(fitted("00:10  users 100  hits 4970", 3), "00:");
}

}  // namespace
}  // namespace loads::runner
