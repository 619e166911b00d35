#include "runner/report/figures.h"

#include <gtest/gtest.h>

#include <limits>

namespace loads::runner {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Figures, WhatHasNoValueIsADash) {
  EXPECT_EQ(decimal(kNan, 2), "-");
  EXPECT_EQ(decimal(kInfinity, 2), "-");
  EXPECT_EQ(whole(kNan), "-");
  EXPECT_EQ(response_time(std::nullopt), "-");
  EXPECT_EQ(percentage(0, 0), "-");
}

TEST(Figures, DecimalsAreAsManyAsAskedFor) {
  EXPECT_EQ(decimal(60.016, 2), "60.02");
  EXPECT_EQ(decimal_trimmed(3.5, 3), "3.5");
  EXPECT_EQ(decimal_trimmed(40, 3), "40");
}

TEST(Figures, OfThreeDigitsAreAsExactAsPercentilesAre) {
  EXPECT_EQ(three_digits(2.501), "2.5");
  EXPECT_EQ(three_digits(12.34), "12.3");
  EXPECT_EQ(three_digits(1234.5678), "1235");
  EXPECT_EQ(three_digits(0), "0");
}

TEST(Figures, RatesAreRounded) {
  EXPECT_EQ(per_second(999.63), "1000");
  EXPECT_EQ(per_second(9.96), "10");
  EXPECT_EQ(per_second(49.26), "49.3");
  EXPECT_EQ(per_second(0.5), "0.5");
  EXPECT_EQ(per_second(0.0083), "0.01");
  EXPECT_EQ(per_second(0), "0");
}

TEST(Figures, WholeNumbersAreRoundedDown) { EXPECT_EQ(whole(999.99), "999"); }

TEST(Figures, AllButOneIsNotAHundredPercent) {
  EXPECT_EQ(percentage(99999, 100000), "99.9%");
  EXPECT_EQ(percentage(3, 3), "100.0%");
}

TEST(Figures, ResponseTimesAreInTheirOwnUnit) {
  EXPECT_EQ(response_time(3600), "3.6ms");
  EXPECT_EQ(response_time(850), "850us");
}

TEST(Figures, TheClockCountsHoursWhenThereAreSome) {
  EXPECT_EQ(clock_time(std::chrono::duration<double>(10.9)), "00:10");
  EXPECT_EQ(clock_time(std::chrono::duration<double>(3723)), "01:02:03");
  EXPECT_EQ(clock_time(std::chrono::duration<double>(kNan)), "00:00");
}

TEST(Figures, OneIsNotMany) {
  EXPECT_EQ(counted(1, "error", "errors"), "1 error");
  EXPECT_EQ(counted(0, "error", "errors"), "0 errors");
}

}  // namespace
}  // namespace loads::runner
