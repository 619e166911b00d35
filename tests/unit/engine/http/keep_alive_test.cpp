// Connections that are kept, lost, and tried once more.

#include <gtest/gtest.h>

#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using metrics::RequestError;
using support::answer_all;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Serves so many requests of each connection, and closes it then without a word.
ScriptedServer::Script close_after(int requests) {
  return [requests](Peer& peer) {
    for (int i = 0; i < requests; ++i) {
      peer.read_request();
      peer.send(kOk);
    }
  };
}

// Takes one more request of the connection than it answers: the connection is closed with the request unanswered, as happens when a
// server's idle time is over just when a request is under way.
ScriptedServer::Script ignore_second_of_first_connection(void (Peer::*leave)()) {
  return [leave](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    peer.read_request();
    if (peer.index() == 0) return (peer.*leave)();
    peer.send(kOk);
  };
}

// Until the server has closed so many connections, and a moment for the last one's end to come through the system.
void wait_until_closed(ClientHarness& harness, const ScriptedServer& server, std::size_t connections) {
  harness.wait_until([&] { return server.closed() == connections; });
  harness.loop.sleep_until(fiber::Clock::now() + std::chrono::milliseconds(50));
}

TEST(KeepAlive, OneConnectionServesAllRequests) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests(), 100U);
  EXPECT_EQ(harness.all().connections, 1U);
}

TEST(KeepAlive, EachClientHasAConnectionOfItsOwn) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  for (int i = 0; i < 3; ++i) harness.get(server.url());
  EXPECT_EQ(server.connections(), 3U);
}

TEST(KeepAlive, ServersAreKeptApart) {
  ScriptedServer one(answer_all("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"));
  ScriptedServer two(answer_all("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo"));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(support::get(client, one.url()).text(), "one");
      EXPECT_EQ(support::get(client, two.url()).text(), "two");
    }
  });
  EXPECT_EQ(one.connections(), 1U);
  EXPECT_EQ(two.connections(), 1U);
}

TEST(KeepAlive, CloseConnectionsDropsWhatIsKept) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::get(client, server.url());
    client.close_connections();
    support::get(client, server.url());
  });
  EXPECT_EQ(server.connections(), 2U);
}

TEST(KeepAlive, ConnectionCloseIsObeyed) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    peer.wait_until_closed();  // by the client, which must not wait for the server to do it
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 3U);
  EXPECT_EQ(server.requests(), 3U);
}

TEST(KeepAlive, AConnectionThatTheServerHasClosedIsNotUsedAgainForAnyMethod) {
  ScriptedServer server(close_after(1));
  ClientHarness harness;
  harness.run([&](Client& client) {
    std::size_t closed = 0;
    for (const char* method : {"GET", "POST", "PATCH", "DELETE", "POST"}) {
      EXPECT_EQ(support::request(client, method, server.url()).text(), "ok");
      wait_until_closed(harness, server, ++closed);
    }
  });
  EXPECT_EQ(server.connections(), 5U);
  EXPECT_EQ(server.requests(), 5U);
  EXPECT_EQ(harness.all().unanswered(), 0U);
}

TEST(KeepAlive, AConnectionThatTheServerHasResetIsNotUsedAgain) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // a reset would overtake the answer
    peer.reset();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (std::size_t i = 1; i <= 3; ++i) {
      EXPECT_EQ(support::request(client, "POST", server.url()).text(), "ok");
      wait_until_closed(harness, server, i);
    }
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(KeepAlive, AGetIsTriedAgainWhenTheServerClosesRightAfterItsAnswer) {
  ScriptedServer server(close_after(1));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 200; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "ok");
  });
  EXPECT_EQ(server.requests(), 200U);
  EXPECT_EQ(harness.all().answered, 200U);
  EXPECT_EQ(harness.all().unanswered(), 0U);
}

TEST(KeepAlive, AnIdempotentRequestIsSentAgainOnceOnAConnectionOfItsOwn) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}) {
      ScriptedServer server([leave](Peer& peer) {
        if (peer.read_request(); peer.index() == 0) {
          peer.send("HTTP/1.1 204 No Content\r\n\r\n");
          peer.read_request();
          return (peer.*leave)();
        }
        peer.send("HTTP/1.1 204 No Content\r\n\r\n");
      });
      ClientHarness harness;
      harness.run([&](Client& client) {
        EXPECT_EQ(support::request(client, method, server.url()).status_code(), 204);
        EXPECT_EQ(support::request(client, method, server.url()).status_code(), 204) << method;
      });
      EXPECT_EQ(server.connections(), 2U);
      EXPECT_EQ(server.requests(), 3U);
      const auto stats = harness.all();
      EXPECT_EQ(stats.answered, 2U);
      EXPECT_EQ(stats.unanswered(), 0U);
      EXPECT_EQ(stats.connections, 2U);
      EXPECT_EQ(stats.bytes_sent, server.bytes_received());
    }
  }
}

TEST(KeepAlive, ARequestThatChangesSomethingIsNotSentTwice) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    for (const char* method : {"POST", "PATCH"}) {
      ScriptedServer server(ignore_second_of_first_connection(leave));
      ClientHarness harness;
      harness.run([&](Client& client) {
        support::request(client, method, server.url(), {.data = "a=1"});
        EXPECT_EQ(message_of<ConnectionError>([&] { support::request(client, method, server.url(), {.data = "a=1"}); }),
                  server.address() + " closed the connection without an answer");
      });
      EXPECT_EQ(server.requests(), 2U);
      EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::closed)], 1U);
    }
  }
}

TEST(KeepAlive, AGetIsTriedAgainOnceOnly) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    if (peer.index() > 0) return;  // never answers again
    peer.send(kOk);
    peer.read_request();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::get(client, server.url());
    EXPECT_EQ(message_of<ConnectionError>([&] { support::get(client, server.url()); }),
              server.address() + " closed the connection without an answer");
  });
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(server.requests(), 3U);
}

TEST(KeepAlive, AGetOnAFreshConnectionIsNotTriedAgain) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    ScriptedServer server([leave](Peer& peer) {
      peer.read_request();
      (peer.*leave)();
    });
    ClientHarness harness;
    EXPECT_EQ(message_of<ConnectionError>([&] { harness.get(server.url()); }),
              server.address() + " closed the connection without an answer");
    EXPECT_EQ(server.requests(), 1U);
  }
}

TEST(KeepAlive, AnAnswerThatHasBegunIsNotAskedForAgain) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    for (const std::string begun : {"HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
      ScriptedServer server([&, leave](Peer& peer) {
        peer.read_request();
        peer.send(kOk);
        peer.read_request();
        peer.send(begun);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        (peer.*leave)();
      });
      ClientHarness harness;
      harness.run([&](Client& client) {
        support::get(client, server.url());
        EXPECT_EQ(message_of<ConnectionError>([&] { support::get(client, server.url()); }),
                  server.address() + " closed the connection in the middle of its answer");
      });
      EXPECT_EQ(server.requests(), 2U);
    }
  }
}

TEST(KeepAlive, NoMoreThanEightConnectionsAreKept) {
  std::vector<std::unique_ptr<ScriptedServer>> servers;
  for (int i = 0; i < 9; ++i) servers.push_back(std::make_unique<ScriptedServer>(answer_all(kOk)));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (const auto& server : servers) support::get(client, server->url());
    support::get(client, servers[8]->url());  // kept
    support::get(client, servers[1]->url());  // kept
    support::get(client, servers[0]->url());  // the one that was used least lately has gone
  });
  EXPECT_EQ(servers[8]->connections(), 1U);
  EXPECT_EQ(servers[1]->connections(), 1U);
  EXPECT_EQ(servers[0]->connections(), 2U);
}

}  // namespace
}  // namespace loads::http
