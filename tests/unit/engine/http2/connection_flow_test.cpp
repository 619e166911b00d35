// Sending and receiving at once, with servers that take nothing, and servers that speak unasked.

#include "engine/http2/connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "engine/fiber/children.h"
#include "support/gate.h"
#include "unit/engine/http2/connection_harness.h"

namespace loads::http2 {
namespace {

TEST(Http2Connection, UploadsAndDownloadsGoOnAtOnce) {
  const std::string body(3'000'000, 'x');
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    std::size_t received = 0;
    for (bool last = false; !last;) {  // gives room in pieces
      const h2::Frame frame = h2::read_frame(peer);
      if (frame.type != h2::kData) continue;
      received += frame.payload.size();
      last = (frame.flags & h2::kEndStream) != 0;
      const std::string more = h2::number(std::max<std::size_t>(frame.payload.size(), 1), 4);
      peer.send(h2::frame(h2::kWindowUpdate, 0, 0, more) + h2::frame(h2::kWindowUpdate, 0, 1, more));
    }
    peer.send(h2::headers(1, h2::status("200")));
    std::size_t room = 65'535;
    for (std::size_t left = received; left > 0;) {
      const std::size_t size = std::min<std::size_t>({left, 16'384, room});
      left -= size;
      peer.send(h2::data(1, std::string(size, 'y'), left == 0));
    }
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange exchange;
    harness.get(connection, exchange, body);
    EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
    EXPECT_EQ(exchange.answer.body_size, body.size());
    EXPECT_GT(exchange.outcome.bytes_sent, body.size());
  });
}

TEST(Http2Connection, PingsAreAnsweredWhileAnAnswerIsWaitedFor) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    for (int i = 0; i < 20; ++i) {
      peer.send(h2::frame(h2::kPing, 0, 0, "12345678"));
      EXPECT_EQ(h2::read_frame(peer, h2::kPing).payload, "12345678");
    }
    peer.send(h2::ok(1));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange exchange;
    harness.get(connection, exchange);
    EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
  });
}

TEST(Http2Connection, PingsAreAnsweredWhileNobodyUsesIt) {
  std::function<void()> wake;
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::ok(h2::read_request(peer)));
    for (int i = 0; i < 3; ++i) {
      peer.send(h2::frame(h2::kPing, 0, 0, "12345678"));
      EXPECT_EQ(h2::read_frame(peer, h2::kPing).payload, "12345678");
    }
    wake();
    peer.send(h2::ok(h2::read_request(peer)));
    peer.send(h2::goaway(3, 0));
    wake();
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    int woken = 0;
    wake = [&, self = harness.loop.running()] {
      harness.loop.post([&, self] {
        ++woken;
        harness.loop.wake(*self);
      });
    };
    Exchange exchange;
    harness.get(connection, exchange);
    while (woken == 0 && harness.loop.park()) {
    }
    EXPECT_EQ(woken, 1);
    harness.get(connection, exchange);
    EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
    while (connection.is_usable() && harness.loop.park()) {
    }
    EXPECT_FALSE(connection.is_usable());
  });
}

// Takes what is sent on a connection once the gate is open, up to a request that is one frame, and answers that.
ScriptedServer::Script answer_a_small_one_after(support::Gate& gate) {
  return [&gate](Peer& peer) {
    h2::greet(peer, h2::setting(h2::kInitialWindowSize, 1'000'000'000));
    peer.send(h2::frame(h2::kWindowUpdate, 0, 0, h2::number(1'000'000'000, 4)));
    peer.send(h2::ok(h2::read_request(peer)));
    gate.wait();  // takes nothing meanwhile
    while (true) {
      const h2::Frame frame = h2::read_frame(peer, h2::kHeaders);
      if ((frame.flags & h2::kEndStream) != 0) peer.send(h2::ok(frame.stream));
    }
  };
}

TEST(Http2Connection, WhoGivesUpInTheMiddleOfSendingLeavesTheOthersTheConnection) {
  support::Gate given_up;
  const ScriptedServer server(answer_a_small_one_after(given_up));
  const std::string body(200'000'000, 'x');
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange first;
    harness.get(connection, first);
    EXPECT_TRUE(connection.is_usable());
    Exchange large;
    Exchange small;
    fiber::Children children(harness.loop);
    children.spawn([&] {
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::milliseconds(100));
      harness.get(connection, large, body);
      given_up.open();
    });
    children.spawn([&] {
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
      harness.get(connection, small);
    });
    children.join();
    EXPECT_EQ(large.outcome.error, RequestError::timeout);
    EXPECT_FALSE(large.outcome.sent);
    EXPECT_EQ(small.outcome.error, RequestError::none) << small.outcome.message;
  });
}

TEST(Http2Connection, WhereNothingIsTakenNoMoreIsSent) {
  support::Gate given_up;
  const ScriptedServer server(answer_a_small_one_after(given_up));
  const std::string body(200'000'000, 'x');
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange first;
    harness.get(connection, first);
    // Where the last one left a little room to the system's buffers, the next one fills it.
    for (int i = 0; i < 100 && connection.is_usable(); ++i) {
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::milliseconds(50));
      Exchange large;
      harness.get(connection, large, body);
      EXPECT_EQ(large.outcome.error, RequestError::timeout);
      EXPECT_FALSE(large.outcome.sent);
    }
    EXPECT_FALSE(connection.is_usable());
    given_up.open();
  });
}

TEST(Http2Connection, AnAnswerIsReadWhileTheServerTakesNothing) {
  const ScriptedServer server([](Peer& peer) {
    const int little = 16 * 1024;
    setsockopt(peer.descriptor(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
    h2::greet(peer, h2::setting(h2::kInitialWindowSize, 1'000'000'000));
    peer.send(h2::frame(h2::kWindowUpdate, 0, 0, h2::number(1'000'000'000, 4)));
    EXPECT_EQ(h2::read_frame(peer, h2::kHeaders).stream, 1U);
    peer.send(h2::frame(h2::kSettings, h2::kAck, 0) + h2::headers(1, h2::status("200")));
    for (int i = 0; i < 60; ++i) peer.send(h2::data(1, std::string(16'000, 'y'), false));  // before it reads on
    h2::read_request(peer);
    peer.send(h2::data(1, "z"));
    peer.wait_until_closed();
  });
  const std::string body(50'000'000, 'x');
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange exchange;
    harness.get(connection, exchange, body);
    EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
    EXPECT_EQ(exchange.answer.body_size, 60 * 16'000 + 1U);
    EXPECT_TRUE(exchange.outcome.sent);
    EXPECT_GT(exchange.outcome.bytes_sent, body.size());
  });
}

}  // namespace
}  // namespace loads::http2
