// Web sockets as a virtual user has them: messages there and back.

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>

#include <loads/error.h>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using metrics::SocketError;
using support::message_of;
using support::Peer;
using support::read_frame;
using support::ScriptedServer;

TEST(Socket, AMessageComesBack) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    socket.send(false, "something");
    const Message text = socket.receive();
    EXPECT_EQ(text.data, "something");
    EXPECT_FALSE(text.is_binary());
    socket.send(true, "\xff");
    const Message bytes = socket.receive();
    EXPECT_EQ(bytes.data, "\xff");
    EXPECT_TRUE(bytes.is_binary());
  });
  const auto& stats = harness.sockets();
  EXPECT_EQ(stats.opened, 1U);
  EXPECT_EQ(stats.closed, 1U);
  EXPECT_EQ(stats.messages_sent, 2U);
  EXPECT_EQ(stats.messages_received, 2U);
  EXPECT_EQ(stats.bytes_sent, 10U);
  EXPECT_EQ(stats.bytes_received, 10U);
  EXPECT_EQ(stats.round_trips.count(), 2U);
  EXPECT_EQ(stats.failed(), 0U);
}

TEST(Socket, FramesOfTheClientAreMaskedEachWithItsOwnKey) {
  std::promise<std::pair<std::string, std::string>> keys;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    const std::string first = peer.read(2 + 4 + 5);
    const std::string second = peer.read(2 + 4 + 5);
    keys.set_value({first.substr(2, 4), second.substr(2, 4)});
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    socket.send(false, "Hello");
    socket.send(false, "Hello");
  });
  const auto [first, second] = keys.get_future().get();
  EXPECT_NE(first, second);
}

TEST(Socket, WhatComesWithTheAnswerToTheHandshakeIsReceived) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer, "", support::text_frame("welcome") + support::text_frame("and"));
    peer.send(support::text_frame("more"));
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    EXPECT_EQ(socket.receive().data, "welcome");
    EXPECT_EQ(socket.receive().data, "and");
    EXPECT_EQ(socket.receive().data, "more");
  });
}

TEST(Socket, LargeMessagesGoBothWays) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    for (const std::size_t size : {125U, 126U, 65535U, 65536U, 5'000'000U}) {
      const std::string data(size, 'x');
      socket.send(true, data);
      EXPECT_TRUE(socket.receive().data == data) << size;
    }
  });
}

TEST(Socket, MessagesThatComeInPiecesAreReceived) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.send_slowly(support::frame(0x01, "Hel") + support::ping_frame("") + support::frame(0x80, "lo"));
    read_frame(peer);  // the pong
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) { EXPECT_EQ(socket.receive().data, "Hello"); });
}

TEST(Socket, AReceiveThatGetsNothingTimesOutAndTheSocketGoesOn) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  harness.run(server, [&](Socket& socket) {
    EXPECT_EQ(message_of<Timeout>([&] { socket.receive(20ms); }), "no message within 20ms from ws://" + server.address() + "/ws");
    EXPECT_TRUE(socket.is_open());
    socket.send(false, "x");
    EXPECT_EQ(socket.receive().data, "x");
  });
  EXPECT_EQ(harness.errors(SocketError::timeout), 1U);
}

TEST(Socket, CompressedMessagesGoBothWays) {
  std::promise<std::string> offer;
  ScriptedServer server([&](Peer& peer) {
    offer.set_value(support::header_of(support::accept_websocket(peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
                                       "Sec-WebSocket-Extensions"));
    support::echo(peer);  // packed as they are, which both sides' contexts fit
  });
  SocketHarness harness;
  harness.run(server,
              [](Socket& socket) {
                EXPECT_TRUE(socket.is_compressed());
                for (const std::string& text : {std::string("Hello"), std::string(100'000, 'x'), std::string(), std::string("Hello")}) {
                  socket.send(false, text);
                  EXPECT_TRUE(socket.receive().data == text);
                }
              },
              {.compression = true});
  EXPECT_EQ(offer.get_future().get(), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(harness.sockets().bytes_sent, 100'010U) << "the messages', not the frames'";
  EXPECT_LT(server.bytes_received(), 2000U);
}

TEST(Socket, SeveralFibersSendWholeFrames) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  const std::string large(3'000'000, 'l');
  int received = 0;
  harness.run(server, [&](Socket& socket) {
    bool done = false;
    fiber::Fiber& other = harness.loop.spawn([&] {
      for (int i = 0; i < 5; ++i) socket.send(true, large);
      done = true;
    });
    for (int i = 0; i < 5; ++i) socket.send(false, "small");
    for (; received < 10; ++received) {
      const Message message = socket.receive();
      EXPECT_TRUE(message.is_binary() ? message.data == large : message.data == "small");
    }
    EXPECT_TRUE(done);
    static_cast<void>(other);
  });
}

}  // namespace
}  // namespace loads::websocket
