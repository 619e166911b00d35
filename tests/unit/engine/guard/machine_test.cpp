#include "engine/guard/machine.h"

#include <gtest/gtest.h>

namespace loads::guard {
namespace {

constexpr const char* kStat =
    "cpu  100 5 50 800 10 0 5 30 7 0\n"
    "cpu0 50 2 25 400 5 0 2 15 3 0\n"
    "intr 123\n";
constexpr const char* kSoftnet =
    "0000272d 00000002 00000000 00000000\n"
    "000034d9 0000000a 00000001 00000000\n";

TEST(Machine, IsReadFromWhatTheKernelSays) {
  const MachineReading reading = read_machine(kStat, kSoftnet);
  EXPECT_EQ(reading.ticks, 1000u);
  EXPECT_EQ(reading.stolen, 30u);
  EXPECT_EQ(reading.packets_dropped, 12u) << "the numbers are hexadecimal";
}

TEST(Machine, WhatIsMalformedCountsAsNothing) {
  for (const char* text : {"", "cpu", "cpu x y", "\n\n"}) {
    const MachineReading reading = read_machine(text, text);
    EXPECT_EQ(reading.stolen + reading.packets_dropped, 0u) << text;
  }
}

TEST(Machine, IsThere) { EXPECT_GT(read_machine().ticks, 0u); }

TEST(Machine, ThePartThatWasStolen) {
  EXPECT_DOUBLE_EQ((MachineReading{2000, 130, 0}).stolen_part_since({1000, 30, 0}), 0.1);
  EXPECT_DOUBLE_EQ((MachineReading{1000, 30, 0}).stolen_part_since({1000, 30, 0}), 0);
}

}  // namespace
}  // namespace loads::guard
