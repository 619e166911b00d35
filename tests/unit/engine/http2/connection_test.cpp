// Exchanges over a real socket, with servers that keep to the protocol and servers that do not.

#include "engine/http2/connection.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "engine/fiber/children.h"
#include "support/gate.h"
#include "support/http2_frames.h"
#include "support/scripted_server.h"

namespace loads::http2 {
namespace {

namespace h2 = support::h2;
using metrics::RequestError;
using support::Peer;
using support::ScriptedServer;

struct Exchange {
  message::Answer answer;
  Outcome outcome;
};

// A connection to a server, and fibers that use it.
class Harness {
 public:
  explicit Harness(const ScriptedServer& server) : port_(server.port()), scratch_(16 * 1024) {}

  void run(const std::function<void(Connection&)>& body) {
    fiber::run_blocking(loop, [&] {
      net::Stream stream(loop);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(port_);
      loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
      ASSERT_TRUE(stream.socket().connect(reinterpret_cast<sockaddr*>(&address), sizeof address).ok());
      const int little = 64 * 1024;
      setsockopt(stream.socket().descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
      Connection connection(loop, stream, scratch_, "server");
      body(connection);
    });
  }

  void get(Connection& connection, Exchange& exchange, std::string_view body = {}) {
    Head head;
    head.assign(body.empty() ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "http");
    exchange.outcome = connection.exchange({.head = head, .body = {body}}, exchange.answer);
  }

  // So many exchanges at once, each in a fiber of its own; returns when all have ended.
  void get_all(Connection& connection, std::vector<Exchange>& exchanges) {
    std::size_t open = exchanges.size();
    fiber::Fiber* const waiting = loop.running();
    for (Exchange& exchange : exchanges) {
      loop.spawn([&] {
        loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
        get(connection, exchange);
        if (--open == 0) loop.wake(*waiting);
      });
    }
    while (open > 0) loop.park();
  }

  fiber::Loop loop{16};

 private:
  std::uint16_t port_;
  std::vector<char> scratch_;
};

// Greets, and answers so many requests.
ScriptedServer::Script answer_some(int requests) {
  return [requests](Peer& peer) {
    h2::greet(peer);
    for (int i = 0; i < requests; ++i) peer.send(h2::ok(h2::read_request(peer)));
  };
}

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
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::milliseconds(50));
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
      harness.loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(5));
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
