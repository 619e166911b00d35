#include "engine/user/assessment.h"

#include <gtest/gtest.h>

namespace loads::user {
namespace {

using namespace std::chrono_literals;
using metrics::Validity;

constexpr auto kPeriod = 10ms;

// `seconds` of work, in each of which the thread ran and waited for so much of it.
LoadMeter meter_of(int seconds, double running, double waiting) {
  LoadMeter meter;
  LoadMeter::Reading now;
  meter.begin(now);
  for (int i = 0; i < seconds; ++i) {
    now.wall += 1s;
    now.cpu += std::chrono::nanoseconds(static_cast<std::int64_t>(running * 1e9));
    now.waiting += std::chrono::nanoseconds(static_cast<std::int64_t>(waiting * 1e9));
    meter.sample(now);
  }
  return meter;
}

void tick(LoadMeter& meter, int times, std::chrono::nanoseconds late) {
  for (int i = 0; i < times; ++i) meter.tick(late, kPeriod);
}

TEST(Assessment, AThreadThatIsWellOffIsNotSpokenOf) {
  LoadMeter meter = meter_of(10, 0.5, 0.01);
  tick(meter, 1000, 1ms);
  EXPECT_TRUE(assess(meter, 1).empty());
}

TEST(Assessment, WaitingForAProcessorIsGraveOrNot) {
  const auto some = assess(meter_of(10, 0.5, 0.1), 3);
  ASSERT_EQ(some.size(), 1u);
  EXPECT_EQ(some[0].id, "cpu-contention");
  EXPECT_EQ(some[0].validity, Validity::suspect);
  EXPECT_NE(some[0].message.find("thread 3 of the generator waited for a processor 10% of the time"), std::string::npos) << some[0].message;
  EXPECT_EQ(assess(meter_of(10, 0.5, 0.4), 1)[0].validity, Validity::invalid);
}

TEST(Assessment, AMomentSaysNothing) { EXPECT_TRUE(assess(meter_of(1, 1, 0.5), 1).empty()); }

TEST(Assessment, ABusyThreadIsSuspect) {
  const auto busy = assess(meter_of(4, 0.95, 0), 1);
  ASSERT_EQ(busy.size(), 1u);
  EXPECT_EQ(busy[0].id, "cpu");
  EXPECT_EQ(busy[0].validity, Validity::suspect);
}

TEST(Assessment, LatenessIsCountedForWhatFellOutToo) {
  LoadMeter meter = meter_of(10, 0.5, 0);
  tick(meter, 970, 0ms);
  tick(meter, 1, 300ms);  // and with it 29 that never came
  const auto late = assess(meter, 1);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(late[0].id, "late-loop");
  EXPECT_EQ(late[0].validity, Validity::suspect);
  tick(meter, 1, 2s);
  EXPECT_EQ(assess(meter, 1)[0].validity, Validity::invalid);
}

TEST(Assessment, OfAMachineThatIsShared) {
  const guard::MachineReading before{1000, 100, 7};
  EXPECT_TRUE(assess(before, before).empty());
  EXPECT_TRUE(assess(before, guard::MachineReading{2000, 110, 7}).empty());
  const auto some = assess(before, guard::MachineReading{2000, 200, 9});
  ASSERT_EQ(some.size(), 2u);
  EXPECT_EQ(some[0].id, "steal");
  EXPECT_EQ(some[0].validity, Validity::suspect);
  EXPECT_EQ(some[1].id, "packets-dropped");
  EXPECT_EQ(assess(before, guard::MachineReading{2000, 500, 7})[0].validity, Validity::invalid);
}

TEST(Assessment, RunsThatWaitForWantOfOpenFilesAreNotTheTargetsFault) {
  metrics::ArrivalStats arrivals;
  for (int i = 0; i < 1000; ++i) arrivals.late.record(1);
  EXPECT_FALSE(shortage_of_files(arrivals, 100));
  arrivals.missed = 5;
  EXPECT_EQ(shortage_of_files(arrivals, 100)->validity, Validity::suspect);
  for (int i = 0; i < 100; ++i) arrivals.waited.record(1'000'000);
  EXPECT_EQ(shortage_of_files(arrivals, 100)->validity, Validity::invalid);
  EXPECT_NE(shortage_of_files(arrivals, 100)->message.find("open files for 100 users at once, so that 105 test runs"), std::string::npos);
}

TEST(Assessment, OneStolenTickOfAMomentSaysNothing) {
  EXPECT_TRUE(assess(guard::MachineReading{1000, 100, 7}, guard::MachineReading{1004, 101, 7}).empty());
  EXPECT_EQ(assess(guard::MachineReading{1000, 100, 7}, guard::MachineReading{1200, 200, 7}).size(), 1u);
}

}  // namespace
}  // namespace loads::user
