#include "engine/websocket/meter.h"

#include <gtest/gtest.h>

namespace loads::websocket {
namespace {

using metrics::SocketError;

TEST(Meter, CountsASocketFromItsOpeningToItsFirstEnd) {
  metrics::Recorder recorder;
  Meter meter(recorder, "GET /ws");
  EXPECT_EQ(recorder.slice().sockets.opened, 1U);
  EXPECT_EQ(recorder.slice().sockets.closed, 0U);
  meter.closed();
  meter.closed();
  EXPECT_EQ(recorder.slice().sockets.closed, 1U);
}

TEST(Meter, ARoundTripIsFromTheFirstSendToTheNextMessage) {
  metrics::Recorder recorder;
  Meter meter(recorder, "GET /ws");
  meter.received(1);  // unasked
  EXPECT_EQ(recorder.slice().sockets.round_trips.count(), 0U);
  meter.asks(fiber::Clock::now() - std::chrono::hours(1));
  meter.sent(2);
  meter.asks(fiber::Clock::now());
  meter.sent(3);
  meter.received(4);
  meter.received(5);
  const metrics::SocketStats& stats = recorder.slice().sockets;
  EXPECT_EQ(stats.round_trips.count(), 1U);
  EXPECT_GE(stats.round_trips.max(), 3'600'000'000U);
  EXPECT_EQ(stats.messages_sent, 2U);
  EXPECT_EQ(stats.bytes_sent, 5U);
  EXPECT_EQ(stats.messages_received, 3U);
  EXPECT_EQ(stats.bytes_received, 10U);
}

TEST(Meter, AnErrorIsAlsoAProblemOfTheTargetButATimeoutIsNot) {
  metrics::Recorder recorder;
  Meter meter(recorder, "GET /ws");
  meter.timed_out();
  EXPECT_EQ(recorder.slice().problems.count(), 0U);
  meter.error(SocketError::lost, "gone");
  EXPECT_EQ(recorder.slice().sockets.failed(), 2U);
  const std::vector<metrics::Problem> problems = recorder.slice().problems.worst_first();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "gone");
  EXPECT_EQ(problems[0].request, "GET /ws");
  EXPECT_EQ(problems[0].blame, metrics::ErrorClass::target);
}

TEST(Meter, WhatBelongsToAnEarlierSliceIsNotCountedAgain) {
  metrics::Recorder recorder;
  Meter meter(recorder, "GET /ws");
  recorder.take();
  meter.closed();
  EXPECT_EQ(recorder.slice().sockets.opened, 0U);
  EXPECT_EQ(recorder.slice().sockets.closed, 1U);
}

}  // namespace
}  // namespace loads::websocket
