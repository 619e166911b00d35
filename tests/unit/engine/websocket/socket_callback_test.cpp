// The callback of a web socket, which runs as messages arrive.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using support::message_of;
using support::Peer;
using support::read_frame;
using support::ScriptedServer;
using testing::ElementsAre;

TEST(SocketCallback, TheCallbackHasEachMessageBeforeItIsReceived) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  std::vector<std::string> seen;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "something");
        EXPECT_EQ(socket.receive().data, "something");
        EXPECT_THAT(seen, ElementsAre("something"));
        socket.send(false, "happened");
        socket.receive();
        EXPECT_THAT(seen, ElementsAre("something", "happened"));
      },
      {}, [&](const Message& message) { seen.push_back(message.data); });
}

TEST(SocketCallback, TheCallbackRunsWhileTheTestWaitsForSomethingElse) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  std::vector<std::string> seen;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "a");
        socket.send(false, "b");
        while (seen.size() < 2) harness.sleep(1ms);
        EXPECT_EQ(socket.receive().data, "a");  // kept for whoever asks
        EXPECT_EQ(socket.receive().data, "b");
      },
      {}, [&](const Message& message) { seen.push_back(message.data); });
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST(SocketCallback, ACallbackMayWaitAndSend) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  std::vector<std::string> seen;
  Socket* open = nullptr;
  harness.run(
      server,
      [&](Socket& socket) {
        open = &socket;
        socket.send(false, "x");
        while (seen.size() < 3) harness.sleep(1ms);
      },
      {},
      [&](const Message& message) {
        harness.sleep(2ms);
        seen.push_back(message.data);
        if (seen.size() < 3) open->send(false, message.data + "x");
      });
  EXPECT_THAT(seen, ElementsAre("x", "xx", "xxx"));
}

TEST(SocketCallback, ReceivingInItsOwnCallbackIsAnErrorAndNoDeadlock) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  Socket* open = nullptr;
  std::string error;
  harness.run(
      server,
      [&](Socket& socket) {
        open = &socket;
        socket.send(false, "x");
        socket.receive();
      },
      {}, [&](const Message&) { error = message_of<std::logic_error>([&] { open->receive(); }); });
  EXPECT_EQ(error, "receive() cannot wait in the callback of its own socket");
}

TEST(SocketCallback, ACallbackThatWaitsIsEndedBeforeTheSocketGoes) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  bool begun = false;
  bool unwound = false;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "x");
        while (!begun) harness.sleep(1ms);
        socket.leave();
        EXPECT_TRUE(unwound);
      },
      {},
      [&](const Message&) {
        const std::shared_ptr<void> note(nullptr, [&](void*) { unwound = true; });
        begun = true;
        harness.sleep(1h);
      });
  EXPECT_TRUE(unwound);
}

TEST(SocketCallback, BehindACallbackThatWasCutOffTheServerIsStillUnderstood) {
  const std::string second = support::binary_frame("\xff\xff\xff\xff");
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::text_frame("first") + second.substr(0, 3));
    read_frame(peer);
    peer.send(second.substr(3) + support::close_frame(1000));
  });
  SocketHarness harness;
  bool begun = false;
  harness.run(
      server,
      [&](Socket& socket) {
        while (!begun) harness.sleep(1ms);
        socket.leave();
        EXPECT_EQ(socket.close_code(), 1000);
      },
      {},
      [&](const Message&) {
        begun = true;
        harness.sleep(1h);
      });
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

// The socket's own fiber ends while another one is in the middle of reading, and then the connection has something to say.
TEST(SocketCallback, AnotherFiberMayLeaveWhileOneReads) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::binary_frame(std::string(1U << 20U, 'x')));
    peer.wait_until_closed();
  });
  SocketHarness harness;
  bool begun = false;
  bool left = false;
  harness.run(
      server,
      [&](Socket& socket) {
        harness.loop.spawn([&] {
          while (!begun) harness.sleep(1ms);
          socket.leave();
          left = true;
        });
        EXPECT_EQ(socket.receive().data.size(), 1U << 20U);
        EXPECT_TRUE(left);
      },
      {},
      [&](const Message&) {
        begun = true;
        while (!left) harness.sleep(1ms);
        harness.sleep(20ms);
      });
}

}  // namespace
}  // namespace loads::websocket
