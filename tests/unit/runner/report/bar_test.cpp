#include "runner/report/bar.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace loads::runner {
namespace {

TEST(Bar, IsTheGuidesWhenAllIsDone) {
  EXPECT_EQ(bar(1), "[======================================================================]  100%");
  EXPECT_EQ(bar(1), "[" + std::string(70, '=') + "]  100%");
}

TEST(Bar, PercentagesOfOneDigitArePaddedAsInTheGuide) {
  EXPECT_EQ(bar(0.04, 10), "[          ]   4%");
  EXPECT_EQ(bar(0, 10), "[          ]   0%");
}

TEST(Bar, IsFullOnlyWhenAllIsDone) {
  EXPECT_EQ(bar(0.5, 10), "[=====     ]  50%");
  EXPECT_EQ(bar(0.9999, 10), "[========= ]  99%");
}

TEST(Bar, ForgivesFractionsThatAreNone) {
  EXPECT_EQ(bar(1.7, 4), "[====]  100%");
  EXPECT_EQ(bar(-1, 4), "[    ]   0%");
  EXPECT_EQ(bar(std::numeric_limits<double>::quiet_NaN(), 4), "[    ]   0%");
}

}  // namespace
}  // namespace loads::runner
