// Servers that keep a user waiting, at every stage of a request.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/full_listener.h"
#include "support/gate.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using metrics::RequestError;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

ClientSettings with_timeout(fiber::Duration timeout) {
  ClientSettings settings;
  settings.timeout = timeout;
  return settings;
}

std::uint64_t errors(ClientHarness& harness, RequestError error) { return harness.all().errors[static_cast<std::size_t>(error)]; }

TEST(TimeoutOf, AConnectionNamesTheTimeAndThePeer) {
  support::FullListener full;
  ClientSettings settings;
  settings.connect_timeout = 60ms;
  ClientHarness harness(settings);
  EXPECT_EQ(message_of<Timeout>([&] { harness.get(full.url()); }), "connect: no connection within 60ms " + full.address());
  EXPECT_EQ(errors(harness, RequestError::connect_timeout), 1U);
}

TEST(TimeoutOf, ARequestIncludesItsConnection) {
  support::FullListener full;
  ClientHarness harness(with_timeout(60ms));
  EXPECT_EQ(message_of<Timeout>([&] { harness.get(full.url()); }), "connect: no connection within 60ms " + full.address());
  EXPECT_EQ(errors(harness, RequestError::connect_timeout), 1U);
}

TEST(TimeoutOf, ALookupNamesTheHost) {
  const auto over = std::make_shared<support::Gate>();
  ClientHarness harness(with_timeout(60ms), [over](const std::string&) {
    over->wait();
    return dns::Result{{}, "too late"};
  });
  EXPECT_EQ(message_of<RequestFailed>([&] { harness.get("http://some.host/"); }),
            "cannot resolve \"some.host\": no name server answered within 60ms");
  EXPECT_EQ(errors(harness, RequestError::resolve), 1U);
  over->open();
}

TEST(TimeoutOf, AServerThatSaysNothing) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness(with_timeout(60ms));
  EXPECT_EQ(message_of<Timeout>([&] { harness.get(server.url()); }), "no answer within 60ms from " + server.address());
  EXPECT_EQ(errors(harness, RequestError::timeout), 1U);
}

// All at once, so that a server may take its time to begin: what it sends has to come within the timeout.
TEST(TimeoutOf, AnAnswerThatStopsHalfWay) {
  const std::vector<std::string> beginnings = {"H",
                                               "HTTP/1.1 200 OK\r\n",
                                               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                                               "HTTP/1.1 100 Continue\r\n\r\n",
                                               "HTTP/1.1 200 OK\r\n\r\nwithout an end",
                                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"};
  ScriptedServer server([&](Peer& peer) {
    const std::string path = peer.read_request().substr(std::string("GET /").size());
    peer.send(beginnings.at(std::stoul(path)));
    peer.wait_until_closed();
  });
  ClientHarness harness(with_timeout(2s));
  for (std::size_t i = 0; i < beginnings.size(); ++i) {
    harness.loop.spawn([&, i] {
      Client client(harness.context);
      const std::string url = server.url("/" + std::to_string(i));
      EXPECT_EQ(message_of<Timeout>([&] { support::get(client, url); }), "no complete answer within 2s from " + server.address())
          << beginnings[i];
    });
  }
  harness.loop.run();
  EXPECT_EQ(errors(harness, RequestError::timeout), beginnings.size());
}

TEST(TimeoutOf, AnAnswerThatDripsIsForTheWholeOfIt) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    while (true) peer.send_slowly("drip");
  });
  ClientHarness harness(with_timeout(2s));
  EXPECT_EQ(message_of<Timeout>([&] { harness.get(server.url()); }), "no complete answer within 2s from " + server.address());
}

TEST(TimeoutOf, ARequestThatIsNotTaken) {
  support::Gate over;
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    over.wait();
  });
  ClientHarness harness;
  const std::string upload(16U << 20U, 'x');
  harness.run([&](Client& client) {
    support::get(client, server.url());  // connects, which is not to be in time
    RequestOptions options;
    options.data = upload;
    options.timeout = 200ms;
    EXPECT_EQ(message_of<Timeout>([&] { support::request(client, "GET", server.url(), options); }),
              "the request was not taken within 200ms by " + server.address());
  });
  EXPECT_EQ(server.connections(), 1U);
  over.open();
}

TEST(TimeoutOf, ARequestMayBeItsOwn) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  EXPECT_EQ(message_of<Timeout>([&] { harness.get(server.url(), {.timeout = 70ms}); }), "no answer within 70ms from " + server.address());
}

TEST(TimeoutOf, AnyLengthIsTaken) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness(with_timeout(std::chrono::nanoseconds::max()));
  EXPECT_EQ(harness.get(server.url()).text(), "ok");
  EXPECT_EQ(harness.get(server.url(), {.timeout = std::chrono::nanoseconds::max()}).text(), "ok");
}

TEST(TimeoutOf, OneRequestIsNotThatOfTheNext) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    if (peer.index() == 0) return peer.wait_until_closed();
    std::this_thread::sleep_for(100ms);
    peer.send(kOk);
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    EXPECT_THROW(support::request(client, "GET", server.url(), {.timeout = 50ms}), Timeout);
    EXPECT_EQ(support::get(client, server.url()).text(), "ok");
    harness.loop.sleep_until(fiber::Clock::now() + 1ms);
  });
  EXPECT_EQ(server.connections(), 2U);  // nobody waits for the late answer on the first
}

// Answers without end that come as fast as they are read: the user's time must run, and the others must have their turn.
TEST(TimeoutOf, AFloodEndsInTimeAndStarvesNobody) {
  std::string chunks;
  while (chunks.size() < 1U << 20U) chunks += "1\r\nx\r\n";
  const std::string body(1U << 20U, 'x');
  for (const auto& [head, flood] : {std::pair{std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), chunks},
                                    std::pair{std::string("HTTP/1.1 200 OK\r\n\r\n"), body}}) {
    ScriptedServer server([&](Peer& peer) {
      peer.read_request();
      peer.send(head);
      while (true) peer.send(flood);
    });
    ClientHarness harness;
    harness.run([&](Client& client) {
      EXPECT_EQ(message_of<Timeout>([&] { support::request(client, "GET", server.url(), {.timeout = 1s}); }),
                "no complete answer within 1s from " + server.address());
    });
    // Between two turns of the loop, in which the others run and deadlines are looked at, little is read.
    EXPECT_LE(harness.all().bytes_received, (harness.loop.turns() + 2) * (1U << 20U));
  }
}

}  // namespace
}  // namespace loads::http
