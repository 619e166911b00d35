// Pings of the server, of the test, and those that a web socket sends by itself.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include <loads/error.h>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using metrics::SocketError;
using support::message_of;
using support::Peer;
using support::PeerFrame;
using support::read_frame;
using support::ScriptedServer;

TEST(SocketPing, PingsAreAnsweredWhateverTheTestDoes) {
  std::promise<std::string> pong;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::ping_frame("are you there"));
    const PeerFrame frame = read_frame(peer);
    pong.set_value(std::to_string(frame.first) + (frame.masked ? " masked " : " ") + frame.payload);
    support::echo(peer);
  });
  SocketHarness harness;
  auto answer = pong.get_future();
  harness.run(server, [&](Socket&) {
    while (answer.wait_for(0s) != std::future_status::ready) harness.sleep(1ms);
  });
  EXPECT_EQ(answer.get(), "138 masked are you there");
}

TEST(SocketPing, APingCarriesItsPayloadAndItsPongIsNoMessage) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    const PeerFrame ping = read_frame(peer);
    peer.send(support::pong_frame(ping.payload) + support::text_frame(ping.payload));
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    socket.ping("x");
    EXPECT_EQ(socket.receive().data, "x");
    EXPECT_EQ(message_of<InvalidRequest>([&] { socket.ping(std::string(126, 'x')); }), "a ping carries at most 125 bytes");
  });
}

TEST(SocketPing, PingsOfAnIntervalAreSentAndTheirPongsExpected) {
  std::atomic<int> pings{0};
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    for (PeerFrame frame = read_frame(peer); (frame.first & 0x0fU) == 9; frame = read_frame(peer)) {
      if (++pings == 1) peer.send(support::pong_frame(frame.payload));  // and answers no more
    }
    peer.wait_until_closed();
  });
  SocketHarness harness;
  harness.run(server,
              [&](Socket& socket) {
                EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
                          "ws://" + server.address() + "/ws has not answered a ping within 1s");
              },
              {.ping_interval = 1s});
  EXPECT_EQ(pings, 2) << "who expects no pong ends after one";
  EXPECT_EQ(harness.errors(SocketError::no_pong), 1U);
}

TEST(SocketPing, APongThatIsNotReadForWantOfRoomIsNotMissed) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    for (int i = 0; i < 1500; ++i) peer.send(support::text_frame("x"));
    while (true) {
      const PeerFrame got = read_frame(peer);
      peer.send(support::frame((got.first & 0x0fU) == 9 ? 0x8a : 0x88, got.payload));
    }
  });
  SocketHarness harness;
  harness.run(server,
              [&](Socket& socket) {
                harness.sleep(2500ms);
                for (int i = 0; i < 1500; ++i) ASSERT_EQ(socket.receive().data, "x");
              },
              {.ping_interval = 1s});
  EXPECT_EQ(harness.errors(SocketError::no_pong), 0U);
}

TEST(SocketPing, APongThatThisThreadIsLateForIsNotMissed) {
  std::atomic<bool> pinged{false};
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    while (true) {
      const PeerFrame got = read_frame(peer);
      if (!pinged.exchange(true)) std::this_thread::sleep_for(200ms);  // until the client stands still
      peer.send(support::frame((got.first & 0x0fU) == 9 ? 0x8a : got.first, got.payload));
      if ((got.first & 0x0fU) == 8) return;
    }
  });
  SocketHarness harness;
  harness.run(server,
              [&](Socket& socket) {
                while (!pinged) harness.sleep(1ms);
                std::this_thread::sleep_for(3s);
                socket.send(false, "still there?");
                EXPECT_EQ(socket.receive().data, "still there?");
              },
              {.ping_interval = 1s});
  EXPECT_EQ(harness.errors(SocketError::no_pong), 0U);
}

}  // namespace
}  // namespace loads::websocket
