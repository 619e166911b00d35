#include "proto/wire/inlet.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <zmq.hpp>

#include "common/failure.h"
#include "proto/wire/poller.h"
#include "support/temporary_folder.h"

namespace loads::wire {
namespace {

using namespace std::chrono_literals;

class InletTest : public testing::Test {
 protected:
  // Until `count` messages have come, and no peer is left.
  int hear(int count) {
    Poller poller;
    poller.add(inlet_);
    int heard = 0;
    const auto until = std::chrono::steady_clock::now() + 30s;
    while ((heard < count || inlet_.connections() > 0) && std::chrono::steady_clock::now() < until) {
      poller.wait(10ms);
      while (inlet_.receive()) ++heard;
    }
    return heard;
  }

  TemporaryFolder folder_;
  const std::string endpoint_ = "ipc://" + (folder_.path() / "results").string();
  Context context_;
  Inlet inlet_{context_, endpoint_};
};

TEST_F(InletTest, WhatAPeerHasSentBeforeItWentIsNotLost) {
  constexpr int kMessages = 50'000;
  std::thread peer([&] {
    zmq::context_t context;
    zmq::socket_t socket(context, zmq::socket_type::push);
    socket.connect(endpoint_);
    for (int i = 0; i < kMessages; ++i) socket.send(zmq::str_buffer("something"), zmq::send_flags::none);
  });
  peer.join();  // all is in our queue, or in the socket's
  while (inlet_.connections() > 0) std::this_thread::sleep_for(1ms);
  int heard = 0;
  while (inlet_.receive()) ++heard;
  EXPECT_EQ(heard, kMessages);
}

TEST_F(InletTest, PeersAreCounted) {
  EXPECT_EQ(inlet_.connections(), 0U);
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::push);
  socket.connect(endpoint_);
  socket.send(zmq::str_buffer("one"), zmq::send_flags::none);
  while (!inlet_.receive()) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(inlet_.connections(), 1U);
  socket.close();
  EXPECT_EQ(hear(0), 0);
  EXPECT_EQ(inlet_.connections(), 0U);
}

TEST_F(InletTest, OfAMessageOfPartsTheFirstIsTaken) {
  zmq::context_t context;
  zmq::socket_t socket(context, zmq::socket_type::push);
  socket.connect(endpoint_);
  socket.send(zmq::str_buffer("one"), zmq::send_flags::sndmore);
  socket.send(zmq::str_buffer("two"), zmq::send_flags::none);
  socket.send(zmq::str_buffer("three"), zmq::send_flags::none);
  socket.close();
  context.close();
  EXPECT_EQ(hear(2), 2);
}

TEST_F(InletTest, AnEndpointThatCannotBeIsRefused) { EXPECT_THROW(Inlet(context_, "ipc:///nowhere/at/all"), Failure); }

}  // namespace
}  // namespace loads::wire
