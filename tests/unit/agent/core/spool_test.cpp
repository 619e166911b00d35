#include "agent/core/spool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> pumped(Spool& spool, std::uint32_t credit, proto::Nanoseconds now) {
  std::vector<std::string> sent;
  spool.pump(credit, now, [&](const std::string& bytes) { sent.push_back(bytes); });
  return sent;
}

Spool with(std::uint64_t batches) {
  Spool spool;
  for (std::uint64_t seq = 1; seq <= batches; ++seq) spool.add(seq, std::to_string(seq));
  return spool;
}

using Sent = std::vector<std::string>;

TEST(Spool, SendsEachBatchOnce) {
  Spool spool = with(2);
  EXPECT_EQ(pumped(spool, 64, 1s), (Sent{"1", "2"}));
  EXPECT_EQ(pumped(spool, 64, 1100ms), Sent{});
  spool.add(3, "3");
  EXPECT_EQ(pumped(spool, 64, 1200ms), Sent{"3"});
}

TEST(Spool, KeepsNoMoreUnacknowledgedThanItHasCreditFor) {
  Spool spool = with(5);
  EXPECT_EQ(pumped(spool, 2, 1s), (Sent{"1", "2"}));
  spool.acknowledge(1, 1100ms);
  EXPECT_EQ(pumped(spool, 2, 1100ms), Sent{"3"});
}

TEST(Spool, SendsEverythingAgainFromTheLastOneAcknowledged) {
  Spool spool = with(3);
  pumped(spool, 64, 1s);
  spool.acknowledge(1, 1500ms);
  EXPECT_EQ(pumped(spool, 64, 2400ms), Sent{});
  EXPECT_EQ(pumped(spool, 64, 2600ms), (Sent{"2", "3"}));
}

TEST(Spool, ABrokerThatHasComeAgainGetsEverythingAgain) {
  Spool spool = with(3);
  pumped(spool, 64, 1s);
  spool.send_again();
  EXPECT_EQ(pumped(spool, 64, 1100ms), (Sent{"1", "2", "3"}));
}

TEST(Spool, WithoutAnAcknowledgementNothingNewGoesOut) {
  Spool spool = with(2);
  pumped(spool, 64, 1s);
  spool.add(3, "3");
  EXPECT_EQ(pumped(spool, 64, 2100ms), (Sent{"1", "2"}));
  EXPECT_EQ(pumped(spool, 64, 3200ms), (Sent{"1", "2"}));
  spool.acknowledge(1, 3300ms);
  EXPECT_EQ(pumped(spool, 64, 3300ms), Sent{"3"});
}

TEST(Spool, WhatHasNeverGoneOutCanBeTakenBack) {
  Spool spool = with(4);
  pumped(spool, 2, 1s);
  spool.send_again();
  EXPECT_EQ(spool.waiting_bytes(), 2u);
  EXPECT_EQ(spool.take_waiting(), (Sent{"3", "4"}));
  EXPECT_EQ(spool.last(), 2u);
  EXPECT_EQ(spool.waiting_bytes(), 0u);
  spool.add(3, "3 and 4");
  EXPECT_EQ(spool.bytes(), 9u);
  EXPECT_EQ(pumped(spool, 64, 1100ms), (Sent{"1", "2", "3 and 4"}));
  EXPECT_EQ(spool.acknowledge(3, 1200ms), 9u);
  EXPECT_EQ(spool.bytes(), 0u);
}

TEST(Spool, OldAndForgedAcknowledgementsDoNoHarm) {
  Spool spool = with(3);
  pumped(spool, 64, 1s);
  spool.acknowledge(2, 1100ms);
  spool.acknowledge(1, 1200ms);
  EXPECT_EQ(spool.acknowledged(), 2u);
  spool.acknowledge(1000, 1300ms);
  EXPECT_EQ(spool.acknowledged(), 3u);
  EXPECT_EQ(spool.last(), 3u);
  EXPECT_TRUE(spool.empty());
}

TEST(Spool, TakesUpWhereAnEarlierStartHasLeftOff) {
  Spool spool;
  spool.add(7, "7");
  spool.add(8, "8");
  EXPECT_EQ(spool.acknowledged(), 6u);
  EXPECT_EQ(spool.last(), 8u);
  EXPECT_EQ(pumped(spool, 64, 1s), (Sent{"7", "8"}));
}

}  // namespace
}  // namespace loads::agent
