// How exchanges and connections end, and in which words, over a real socket.

#include "engine/http2/connection.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/engine/http2/connection_harness.h"

namespace loads::http2 {
namespace {

// What a request meets on a connection on which nothing was answered before.
Exchange only_exchange(const ScriptedServer::Script& script) {
  const ScriptedServer server(script);
  Exchange exchange;
  Harness harness(server);
  harness.run([&](Connection& connection) { harness.get(connection, exchange); });
  return exchange;
}

// The same, of a server that reads the request before it sends these bytes, and closes then.
Exchange answered_with(const std::string& bytes) {
  return only_exchange([&](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    peer.send(bytes);
    peer.finish_sending();
    peer.wait_until_closed();
  });
}

TEST(Http2Connection, AResetIsTheTargetsError) {
  const Exchange exchange = answered_with(h2::reset(1, 11));
  EXPECT_EQ(exchange.outcome.error, RequestError::stream_reset);
  EXPECT_EQ(exchange.outcome.message, "server reset the stream: ENHANCE_YOUR_CALM (the server takes this for too much load)");
  EXPECT_FALSE(exchange.outcome.unprocessed);
}

TEST(Http2Connection, ARefusedStreamMayBeSentAgain) {
  const Exchange exchange = answered_with(h2::reset(1, 7));
  EXPECT_EQ(exchange.outcome.error, RequestError::stream_reset);
  EXPECT_TRUE(exchange.outcome.unprocessed);
  EXPECT_EQ(exchange.outcome.message, "server did not take the request: REFUSED_STREAM (the request was not processed)");
}

TEST(Http2Connection, AGoawayBelowTheRequestMayBeSentAgain) {
  const Exchange exchange = answered_with(h2::goaway(0, 0, "bye"));
  EXPECT_EQ(exchange.outcome.error, RequestError::going_away);
  EXPECT_TRUE(exchange.outcome.unprocessed);
  EXPECT_EQ(exchange.outcome.message, "server did not take the request: GOAWAY: NO_ERROR: bye");
}

TEST(Http2Connection, AGoawayOverTheRequestIsTheTargetsError) {
  const Exchange exchange = answered_with(h2::goaway(1, 11, "too many"));
  EXPECT_EQ(exchange.outcome.error, RequestError::going_away);
  EXPECT_FALSE(exchange.outcome.unprocessed);
  EXPECT_EQ(exchange.outcome.message,
            "server went away before its answer was complete: GOAWAY: ENHANCE_YOUR_CALM (the server takes this "
            "for too much load): too many");
}

TEST(Http2Connection, AServerThatClosesIsToldApartFromOneThatBreaksOff) {
  EXPECT_EQ(answered_with("").outcome.message, "server closed the connection without an answer");
  EXPECT_EQ(answered_with(h2::headers(1, h2::status("200"))).outcome.message, "server closed the connection in the middle of its answer");
  EXPECT_EQ(answered_with(h2::data(1, "x").substr(0, 5)).outcome.message, "server closed the connection without an answer");
  const Exchange never_greeted = only_exchange([](Peer& peer) { peer.read(24); });
  EXPECT_EQ(never_greeted.outcome.error, RequestError::closed);
  EXPECT_EQ(never_greeted.outcome.message, "server closed the connection without an answer: does it speak HTTP/2?");
}

TEST(Http2Connection, AServerThatSpeaksHttp1IsNamed) {
  const Exchange exchange = only_exchange([](Peer& peer) {
    peer.read(24);
    peer.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    peer.wait_until_closed();
  });
  EXPECT_EQ(exchange.outcome.error, RequestError::bad_answer);
  EXPECT_EQ(exchange.outcome.message, "the answer of server cannot be read: it is HTTP/1.x");
}

TEST(Http2Connection, AViolationIsABadAnswer) {
  const Exchange exchange = answered_with(h2::data(1, "no head"));
  EXPECT_EQ(exchange.outcome.error, RequestError::bad_answer);
  const Exchange garbage = answered_with("certainly no frame of HTTP/2");
  EXPECT_EQ(garbage.outcome.error, RequestError::bad_answer);
  EXPECT_EQ(garbage.outcome.message, "the answer of server cannot be read: it breaks the rules of HTTP/2: too large frame size");
}

TEST(Http2Connection, AConnectionThatIsEndingIsNotUsable) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    peer.send(h2::ok(1) + h2::goaway(1, 0));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange exchange;
    harness.get(connection, exchange);
    EXPECT_EQ(exchange.outcome.error, RequestError::none);
    EXPECT_FALSE(connection.is_usable());
  });
}

}  // namespace
}  // namespace loads::http2
