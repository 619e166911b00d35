// How a web socket ends: closed by either side, broken, left or cut.

#include <gtest/gtest.h>

#include <future>
#include <string>

#include <loads/error.h>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using metrics::SocketError;
using support::close_text;
using support::message_of;
using support::Peer;
using support::PeerFrame;
using support::read_frame;
using support::ScriptedServer;

TEST(SocketEnd, ClosingIsAHandshake) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    const PeerFrame frame = read_frame(peer);
    peer.send(support::text_frame("one more") + support::close_frame(4000, "seen"));
    closed.set_value(close_text(frame.payload));
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    socket.close(3001, "enough");
    EXPECT_FALSE(socket.is_open());
    EXPECT_EQ(socket.close_code(), 4000);
    EXPECT_EQ(socket.close_reason(), "seen");
    EXPECT_EQ(socket.receive().data, "one more");
    EXPECT_THROW(socket.receive(), ConnectionError);
    EXPECT_THROW(socket.send(false, "x"), ConnectionError);
    socket.close(1000, {});  // again: nothing
  });
  EXPECT_EQ(closed.get_future().get(), "3001 enough");
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

TEST(SocketEnd, ACodeThatMayNotBeSentIsRefused) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    EXPECT_EQ(message_of<InvalidRequest>([&] { socket.close(1006, {}); }), "a web socket cannot be closed with the code 1006");
    EXPECT_TRUE(socket.is_open());
  });
}

TEST(SocketEnd, AServerThatClosesIsAnsweredAndTheTestTold) {
  std::promise<std::string> answer;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::text_frame("last") + support::close_frame(1001, "maintenance"));
    answer.set_value(close_text(read_frame(peer).payload));
  });
  SocketHarness harness;
  harness.run(server, [&](Socket& socket) {
    EXPECT_EQ(socket.receive().data, "last");
    EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
              "the server closed ws://" + server.address() + "/ws: 1001, going away (maintenance)");
    EXPECT_EQ(socket.close_code(), 1001);
  });
  EXPECT_EQ(answer.get_future().get(), "1001");
  EXPECT_EQ(harness.sockets().failed(), 0U) << "it is the server's right";
}

TEST(SocketEnd, AnEndWithoutACloseFrameIsAnError) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    for (const std::string& last : {std::string(), std::string("\x81\x05Hel")}) {
      ScriptedServer server([&](Peer& peer) {
        support::accept_websocket(peer, "", last);
        read_frame(peer);
        (peer.*leave)();
      });
      SocketHarness harness;
      harness.run(server, [&](Socket& socket) {
        socket.send(false, "x");
        EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
                  server.address() + " closed the connection of ws://" + server.address() + "/ws without a close frame");
        EXPECT_EQ(socket.close_code(), 1006);
      });
      EXPECT_EQ(harness.errors(SocketError::lost), 1U);
      EXPECT_EQ(harness.sockets().closed, 1U);
      EXPECT_EQ(harness.recorder.slice().problems.count(), 1U);
    }
  }
}

TEST(SocketEnd, AServerThatBreaksTheRulesIsToldSo) {
  struct Case {
    std::string bytes;
    std::string words;
    std::string code;
    SocketError kind;
  };
  const Case cases[] = {
      {std::string("\x81\x81\x01\x02\x03\x04y", 7), "a frame of the server is masked", "1002", SocketError::violation},
      {support::frame(0x83, ""), "a frame has a reserved opcode", "1002", SocketError::violation},
      {support::text_frame("\xff"), "a text message is not valid UTF-8", "1007", SocketError::violation},
      {support::close_frame(1005), "a close frame carries the code 1005, which is not allowed", "1002", SocketError::violation},
      {support::text_frame(std::string(101, 'x')), "a message is larger than the 100 bytes of max_message", "1009", SocketError::too_large},
  };
  for (const Case& one : cases) {
    std::promise<std::string> told;
    ScriptedServer server([&](Peer& peer) {
      support::accept_websocket(peer);
      peer.send(one.bytes);
      told.set_value(close_text(read_frame(peer).payload));
    });
    SocketHarness harness;
    harness.run(server,
                [&](Socket& socket) {
                  EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }), "ws://" + server.address() + "/ws: " + one.words);
                },
                {.max_message = 100});
    EXPECT_EQ(told.get_future().get(), one.code);
    EXPECT_EQ(harness.errors(one.kind), 1U) << one.words;
  }
}

TEST(SocketEnd, AServerThatNeverClosesIsLeftInTheEnd) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.wait_until_closed();
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) {
    socket.close(1000, {});
    EXPECT_EQ(socket.close_code(), 1006);
  });
  EXPECT_EQ(harness.sockets().closed, 1U);
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

TEST(SocketEnd, LeavingTellsTheServerAndRunsNoCallbackAnyMore) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    closed.set_value(close_text(read_frame(peer).payload));
    peer.send(support::text_frame("too late") + support::close_frame(1000));
  });
  SocketHarness harness;
  int called = 0;
  harness.run(
      server, [](Socket&) {}, {}, [&](const Message&) { ++called; });
  EXPECT_EQ(closed.get_future().get(), "1000");
  EXPECT_EQ(called, 0);
  EXPECT_EQ(harness.sockets().closed, 1U);
}

TEST(SocketEnd, ARunThatIsCutLeavesNothingBehind) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    closed.set_value(close_text(read_frame(peer).payload));
  });
  SocketHarness harness;
  const std::size_t before = support::open_descriptors();
  harness.loop.spawn([&] {
    http::Client client(harness.context);
    const auto socket = harness.open(client, server);
    socket->start_serving(nullptr);
    const std::shared_ptr<void> leave(nullptr, [&](void*) { socket->leave(); });
    harness.loop.post([&] { harness.loop.cancel_all(); });
    socket->receive(1h);
    ADD_FAILURE() << "it was cut";
  });
  harness.loop.run();
  EXPECT_EQ(closed.get_future().get(), "1001");
  EXPECT_LE(support::open_descriptors(), before + 1);  // the server's end may still be there
}

}  // namespace
}  // namespace loads::websocket
