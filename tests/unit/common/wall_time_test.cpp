#include "common/wall_time.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <optional>
#include <string>

namespace loads {
namespace {

using namespace std::chrono_literals;
using WallTime = std::chrono::system_clock::time_point;

// 2026-11-23 12:15:06.375365 UTC
constexpr WallTime kTime{1795436106s + 375365us};

class LocalTime : public testing::Test {
 protected:
  LocalTime() {
    if (const char* zone = getenv("TZ")) before_ = zone;
  }
  ~LocalTime() override {
    before_ ? setenv("TZ", before_->c_str(), 1) : unsetenv("TZ");
    tzset();
  }
  static void live_in(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }

 private:
  std::optional<std::string> before_;
};

TEST_F(LocalTime, FollowsTheTimeZone) {
  live_in("UTC0");
  EXPECT_EQ(format_local(kTime), "2026-11-23 12:15:06.375365");
  EXPECT_EQ(format_local_clock(kTime), "12:15:06");
  live_in("XXX-5:30");
  EXPECT_EQ(format_local(kTime), "2026-11-23 17:45:06.375365");
  EXPECT_EQ(format_local_clock(kTime), "17:45:06");
}

TEST_F(LocalTime, TheUtcFormDoesNot) {
  live_in("XXX-5:30");
  EXPECT_EQ(format_iso_utc(kTime), "2026-11-23T12:15:06.375365Z");
}

TEST(WallTime, KeepsLeadingZerosOfTheFraction) { EXPECT_EQ(format_iso_utc(WallTime(7us)), "1970-01-01T00:00:00.000007Z"); }

TEST(WallTime, BeforeTheEpochTheFractionStillCountsForward) { EXPECT_EQ(format_iso_utc(WallTime(-1us)), "1969-12-31T23:59:59.999999Z"); }

TEST(WallTime, TheEndsOfTheRangeAreShown) {
  EXPECT_EQ(format_iso_utc(WallTime::max()), "2262-04-11T23:47:16.854775Z");
  EXPECT_EQ(format_iso_utc(WallTime::min()), "1677-09-21T00:12:43.145224Z");
}

}  // namespace
}  // namespace loads
