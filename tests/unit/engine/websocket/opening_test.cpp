// What is asked for when a web socket is opened, and what is made of the answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include <loads/error.h>

#include "unit/engine/websocket/socket_harness.h"

namespace loads::websocket {
namespace {

using metrics::SocketError;
using support::message_of;
using support::Peer;
using support::ScriptedServer;
using testing::HasSubstr;

TEST(Opening, TheHandshakeIsARequestInTheReport) {
  ScriptedServer server(support::echo_server());
  SocketHarness harness;
  harness.run(server, [](Socket&) {});
  const auto& stats = harness.stats("GET /ws");
  EXPECT_EQ(stats.answered, 1U);
  EXPECT_EQ(stats.statuses.at(101), 1U);
  EXPECT_EQ(stats.connections, 1U);
}

TEST(Opening, SubprotocolsAndHeadersAreAskedFor) {
  std::promise<std::string> head;
  ScriptedServer server([&](Peer& peer) {
    head.set_value(support::accept_websocket(peer, "Sec-WebSocket-Protocol: chat.v2\r\n"));
    support::echo(peer);
  });
  SocketHarness harness;
  harness.run(server, [](Socket& socket) { EXPECT_EQ(socket.protocol(), "chat.v2"); },
              {.protocols = {"chat.v1", "chat.v2"}, .headers = {{"Origin", "http://example.org"}}, .name = "chat"});
  const std::string sent = head.get_future().get();
  EXPECT_THAT(sent, HasSubstr("\r\nSec-WebSocket-Protocol: chat.v1, chat.v2\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nOrigin: http://example.org\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nHost: " + server.address() + "\r\n"));
  EXPECT_EQ(harness.stats("chat").answered, 1U);
}

TEST(Opening, AnAnswerThatIsNoWebSocketIsAnErrorInWords) {
  ScriptedServer server(support::answer_all("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno room"));
  SocketHarness harness;
  harness.ClientHarness::run([&](http::Client& client) {
    EXPECT_EQ(message_of<ConnectionError>([&] { harness.open(client, server); }),
              "ws://" + server.address() + "/ws gives no web socket: the server answered 404 Not Found: no room");
  });
  EXPECT_EQ(harness.errors(SocketError::refused), 1U);
  EXPECT_EQ(harness.sockets().opened, 0U);
  EXPECT_EQ(harness.stats("GET /ws").statuses.at(404), 1U);
}

TEST(Opening, AWrongHandshakeIsRefused) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n");
    peer.wait_until_closed();
  });
  SocketHarness harness;
  harness.ClientHarness::run([&](http::Client& client) {
    EXPECT_THAT(message_of<ConnectionError>([&] { harness.open(client, server); }), HasSubstr("Sec-WebSocket-Accept does not belong"));
  });
}

}  // namespace
}  // namespace loads::websocket
