// What becomes of messages when one side of a web socket is slower than the other.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include <loads/error.h>

#include "engine/websocket/deflate.h"
#include "support/gate.h"
#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using metrics::SocketError;
using support::message_of;
using support::Peer;
using support::ScriptedServer;
using testing::HasSubstr;

TEST(SocketPace, WithoutACallbackAServerIsNotReadFromUntilThereIsRoom) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    for (int i = 0; i < 5000; ++i) peer.send(support::text_frame(std::to_string(i) + std::string(10'000, 'x')));
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [&](Socket& socket) {
    harness.sleep(50ms);  // enough to fill any queue
    EXPECT_LT(harness.sockets().bytes_received, 3U << 20U);
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(socket.receive().data.starts_with(std::to_string(i) + "x"));
  });
}

TEST(SocketPace, WhatUnpacksToMuchWaitsToo) {
  Deflater deflater(true);
  std::string all;  // made before anybody waits for it
  for (int i = 0; i < 30; ++i) {
    std::string packed;
    deflater.append(std::string(1U << 20U, '\0'), packed);
    all += support::frame(0xc2, packed);
  }
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    peer.send(all);
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server,
              [&](Socket& socket) {
                for (int i = 0; i < 30; ++i) {
                  ASSERT_EQ(socket.receive().data.size(), 1U << 20U);
                  harness.loop.yield();
                  ASSERT_LE(harness.sockets().messages_received, static_cast<std::uint64_t>(i) + 8);
                }
              },
              {.compression = true});
}

TEST(SocketPace, WithACallbackTheOldestAreDroppedAndReceivingSaysSo) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    std::string all;
    for (int i = 0; i < 1500; ++i) all += support::text_frame(std::to_string(i));
    peer.send(all);
    support::echo(peer);
  });
  SocketHarness harness;
  int seen = 0;
  harness.run(
      server,
      [&](Socket& socket) {
        while (seen < 1500) harness.sleep(1ms);
        EXPECT_THAT(message_of<std::length_error>([&] { socket.receive(); }), HasSubstr("476 messages of ws://"));
        EXPECT_EQ(socket.receive().data, "476");
      },
      {}, [&](const Message&) { ++seen; });
}

TEST(SocketPace, ASendThatIsNotTakenTimesOut) {
  support::Gate over;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.read(1);
    over.wait();  // reads no more
  });
  SocketHarness harness;
  harness.run(server,
              [&](Socket& socket) {
                EXPECT_EQ(message_of<Timeout>([&] {
                            while (true) socket.send(true, std::string(1'000'000, 'x'));
                          }),
                          "what was sent to ws://" + server.address() + "/ws was not taken within 1s");
                EXPECT_FALSE(socket.is_open());
              },
              {.timeout = 1s});
  over.open();
  EXPECT_EQ(harness.errors(SocketError::timeout), 1U);
}

}  // namespace
}  // namespace loads::websocket
