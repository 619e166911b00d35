#include "runner/capacity/start_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/failure.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

LoadOptions levels_of(std::chrono::nanoseconds duration, std::vector<double> rates = {}) {
  LoadOptions load;
  load.duration = duration;
  load.rates = std::move(rates);
  return load;
}

TEST(StartRate, IsLowAndBringsWhatThePercentilesTake) {
  EXPECT_EQ(start_rate({"errors<1%"}, levels_of(10s)), 10);
  EXPECT_EQ(start_rate({"p99<250ms", "errors<1%"}, levels_of(10s)), 20);
  EXPECT_EQ(start_rate({"p50<250ms", "p99.9<1s"}, levels_of(10s)), 200);
  EXPECT_EQ(start_rate({"p99.9<1s"}, levels_of(5min)), 10);
  EXPECT_EQ(start_rate({"trend{score}.p99>3"}, levels_of(10s)), 20);
}

TEST(StartRate, IsWhatWasAskedFor) { EXPECT_EQ(start_rate({"p99<250ms"}, levels_of(10s, {15})), 15); }

TEST(StartRate, OneThatBringsTooFewIsRefused) {
  try {
    start_rate({"errors<1%", "p99.9<250ms"}, levels_of(10s, {5}));
    FAIL() << "it was taken";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::usage);
    EXPECT_THAT(failure.what(), HasSubstr("\"p99.9<250ms\" takes 1000 values at least, and a level of 5/s and 10s does not bring as many"));
    EXPECT_THAT(failure.what(), HasSubstr("-d 200s"));
  }
}

}  // namespace
}  // namespace loads::runner
