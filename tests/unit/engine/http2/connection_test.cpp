// Exchanges of many fibers over a real socket.

#include "engine/http2/connection.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/fiber/children.h"
#include "support/gate.h"
#include "unit/engine/http2/connection_harness.h"

namespace loads::http2 {
namespace {

// Greets, and answers so many requests.
ScriptedServer::Script answer_some(int requests) {
  return [requests](Peer& peer) {
    h2::greet(peer);
    for (int i = 0; i < requests; ++i) peer.send(h2::ok(h2::read_request(peer)));
  };
}

TEST(Http2Connection, OneServesRequestsOneAfterAnother) {
  const ScriptedServer server(answer_some(100));
  Harness harness(server);
  harness.run([&](Connection& connection) {
    std::uint64_t sent = 0;
    for (int i = 0; i < 100; ++i) {
      Exchange exchange;
      harness.get(connection, exchange);
      EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
      EXPECT_EQ(exchange.answer.body.view(), "ok");
      EXPECT_GE(exchange.outcome.first_byte, exchange.outcome.sent_at);
      EXPECT_GE(exchange.outcome.last_byte, exchange.outcome.first_byte);
      sent += exchange.outcome.bytes_sent;
    }
    EXPECT_GE(sent, server.bytes_received());
  });
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Http2Connection, ManyFibersUseItAtOnce) {
  constexpr std::size_t kMany = 50;
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    std::vector<std::uint32_t> streams;
    while (streams.size() < kMany) streams.push_back(h2::read_request(peer));  // none is answered before all are there
    for (auto stream = streams.rbegin(); stream != streams.rend(); ++stream) peer.send(h2::ok(*stream, std::to_string(*stream)));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    std::vector<Exchange> exchanges(kMany);
    harness.get_all(connection, exchanges);
    for (std::size_t i = 0; i < kMany; ++i) {
      EXPECT_EQ(exchanges[i].outcome.error, RequestError::none) << exchanges[i].outcome.message;
      EXPECT_EQ(exchanges[i].answer.body.view(), std::to_string(2 * i + 1));
    }
  });
}

TEST(Http2Connection, RequestsThatComeTogetherAreSentTogether) {
  std::atomic<std::size_t> came_with_the_second = 0;
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    while (h2::read_request(peer) != 3) {
    }
    came_with_the_second = peer.unread();
    for (std::uint32_t stream = 1; stream < 20; stream += 2) peer.send(h2::ok(stream));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    std::vector<Exchange> exchanges(10);
    harness.get_all(connection, exchanges);
    for (const Exchange& exchange : exchanges) EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
  });
  EXPECT_GE(came_with_the_second, 8 * 9U);  // eight frames more
}

TEST(Http2Connection, WhoGathersAndIsCancelledLeavesTheSendingToAnother) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    while (true) {
      const std::uint32_t stream = h2::read_request(peer);
      if (stream > 1) peer.send(h2::ok(stream));
    }
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange first;
    Exchange second;
    Exchange third;
    bool done = false;
    fiber::Fiber* gathers = nullptr;
    fiber::Children children(harness.loop);
    children.spawn([&] { harness.get(connection, first); });  // reads
    children.spawn([&] {
      gathers = harness.loop.running();
      harness.get(connection, second);
    });
    children.spawn([&] {
      gathers->cancel();
      harness.get(connection, third);
      done = true;
    });
    while (!done) harness.loop.yield();
    EXPECT_EQ(third.outcome.error, RequestError::none) << third.outcome.message;
  });
}

TEST(Http2Connection, AnotherReadsWhenTheReaderIsDone) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    for (int i = 0; i < 3; ++i) h2::read_request(peer);
    for (const std::uint32_t stream : {1U, 3U, 5U}) {  // the first reads first
      peer.send(h2::ok(stream));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    std::vector<Exchange> exchanges(3);
    harness.get_all(connection, exchanges);
    for (const Exchange& exchange : exchanges) EXPECT_EQ(exchange.outcome.error, RequestError::none) << exchange.outcome.message;
  });
}

TEST(Http2Connection, ATimeoutEndsOneRequestAndLeavesTheOthers) {
  support::Gate given_up;
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    h2::read_request(peer);
    const h2::Frame frame = h2::read_frame(peer, h2::kReset);
    EXPECT_EQ(frame.stream, 1U);
    EXPECT_EQ(frame.payload, h2::number(8, 4));
    peer.send(h2::ok(3) + h2::ok(1));  // the second comes for a stream that is gone
    peer.send(h2::ok(h2::read_request(peer)));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange one;
    Exchange two;
    fiber::Fiber* const waiting = harness.loop.running();
    bool done = false;
    harness.loop.spawn([&] {
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::milliseconds(500));
      harness.get(connection, one);
    });
    harness.loop.spawn([&] {
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
      harness.get(connection, two);
      done = true;
      harness.loop.wake(*waiting);
    });
    while (!done) harness.loop.park();
    EXPECT_EQ(one.outcome.error, RequestError::timeout);
    EXPECT_TRUE(one.outcome.sent);
    EXPECT_EQ(two.outcome.error, RequestError::none) << two.outcome.message;
    Exchange three;
    harness.get(connection, three);
    EXPECT_EQ(three.outcome.error, RequestError::none) << three.outcome.message;
  });
}

TEST(Http2Connection, AReaderThatIsCancelledHandsTheReadingOn) {
  support::Gate cancelled;
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    h2::read_request(peer);
    cancelled.wait();
    peer.send(h2::ok(3));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange one;
    Exchange two;
    fiber::Fiber* const waiting = harness.loop.running();
    bool done = false;
    fiber::Fiber& reader = harness.loop.spawn([&] { harness.get(connection, one); });
    harness.loop.spawn([&] {
      harness.get(connection, two);
      done = true;
      harness.loop.wake(*waiting);
    });
    harness.loop.yield();
    harness.loop.yield();
    reader.cancel();
    harness.loop.yield();
    cancelled.open();
    while (!done) harness.loop.park();
    EXPECT_EQ(two.outcome.error, RequestError::none) << two.outcome.message;
  });
}

TEST(Http2Connection, WhoIsToReadNextAndHasNoTimeLeftHandsTheReadingOn) {
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    for (int i = 0; i < 3; ++i) h2::read_request(peer);
    peer.send(h2::ok(1));
    EXPECT_EQ(h2::read_frame(peer, h2::kReset).stream, 3U);
    peer.send(h2::ok(5));
    peer.wait_until_closed();
  });
  Harness harness(server);
  harness.run([&](Connection& connection) {
    Exchange one;
    Exchange two;
    Exchange three;
    const fiber::TimePoint until = fiber::Clock::now() + std::chrono::milliseconds(500);
    const auto get_until = [&](fiber::TimePoint deadline, Exchange& exchange) {
      harness.loop.set_deadline(deadline);
      harness.get(connection, exchange);
    };
    fiber::Children children(harness.loop);
    children.spawn([&] {
      get_until(until + std::chrono::seconds(2), one);
      while (fiber::Clock::now() < until + std::chrono::milliseconds(5)) {  // the second is told to read, and out of time, at once
      }
    });
    children.spawn([&] { get_until(until, two); });
    children.spawn([&] { get_until(until + std::chrono::seconds(2), three); });
    children.join();
    EXPECT_EQ(one.outcome.error, RequestError::none) << one.outcome.message;
    EXPECT_EQ(two.outcome.error, RequestError::timeout);
    EXPECT_EQ(three.outcome.error, RequestError::none) << three.outcome.message;
  });
}

}  // namespace
}  // namespace loads::http2
