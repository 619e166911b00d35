#include "proto/calibration.h"

#include <gmock/gmock.h>

#include "common/failure.h"

namespace loads::proto {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Calibration sample() {
  return {std::chrono::system_clock::time_point(1'795'659'753s), 182'000, 87us, 20'000, 28'232, 4, "6.1.0-18-amd64", "1.0.0"};
}

std::string why_not(const std::string& ini) {
  try {
    static_cast<void>(calibration_of(ini, "calibration.ini"));
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "";
}

std::string changed(const std::string& from, const std::string& to) {
  std::string ini = to_ini(sample());
  ini.replace(ini.find(from), from.size(), to);
  return ini;
}

TEST(Calibration, ComesBackFromItsFile) {
  const Calibration back = calibration_of(to_ini(sample()), "calibration.ini");
  EXPECT_EQ(back.measured, sample().measured);
  EXPECT_EQ(back.rate, 182'000);
  EXPECT_EQ(back.lateness, 87us);
  EXPECT_EQ(back.files, 20'000U);
  EXPECT_EQ(back.ports, 28'232U);
  EXPECT_EQ(back.cores, 4U);
  EXPECT_EQ(back.kernel, "6.1.0-18-amd64");
  EXPECT_EQ(back.version, "1.0.0");
}

TEST(Calibration, AFileThatIsNoneIsRefused) {
  EXPECT_THAT(why_not(""), HasSubstr("calibration.ini: it says nothing about format. Calibrate again: loads-agent --calibrate."));
  EXPECT_THAT(why_not(changed("format = 1", "format = 2")), HasSubstr("another version of loads has written it"));
  EXPECT_THAT(why_not(changed("182000", "nan")), HasSubstr("its rate is no number"));
  EXPECT_THAT(why_not(changed("182000", "-1")), HasSubstr("its rate is no number"));
  EXPECT_THAT(why_not(changed("182000", "1e300")), HasSubstr("its rate is no number"));
  EXPECT_THAT(why_not(changed("cores = 4", "cores = 4 or 5")), HasSubstr("its cores is no number"));
  EXPECT_THAT(why_not(changed("kernel = 6.1.0-18-amd64\n", "")), HasSubstr("it says nothing about kernel"));
  EXPECT_NE(why_not("<html>"), "");
}

TEST(Calibration, IsStaleOnceTheMachineIsAnotherOne) {
  const HostFacts same{4, 20'000, 28'232, "6.1.0-18-amd64"};
  EXPECT_EQ(why_stale(sample(), same, "1.0.0"), "");
  HostFacts other = same;
  other.cores = 2;
  other.kernel = "6.1.0-19-amd64";
  EXPECT_EQ(why_stale(sample(), other, "1.0.0"), "cores: 4 then, 2 now, kernel: 6.1.0-18-amd64 then, 6.1.0-19-amd64 now");
  EXPECT_EQ(why_stale(sample(), same, "1.1.0"), "loads: 1.0.0 then, 1.1.0 now");
}

}  // namespace
}  // namespace loads::proto
