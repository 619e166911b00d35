#include "examples/target/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "common/failure.h"
#include "unit/examples/raw_client.h"

namespace loads::target {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kEnd = "</html>";

TEST(TargetServer, AnswersManyRequestsOnOneConnection) {
  const Server server({});
  RawClient client(server.port());
  for (int request = 0; request < 50; ++request) {
    client.send(kGet);
    ASSERT_THAT(client.receive_until(kEnd), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
  EXPECT_EQ(server.answered(), 50u);
  EXPECT_EQ(server.statistics().connections, 1u);
}

TEST(TargetServer, AnswersRequestsThatComeTogetherInTheirOrder) {
  const Server server({});
  RawClient client(server.port());
  client.send(
      "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n\r\noneGET /slow/1 HTTP/1.1\r\n\r\nPOST /echo HTTP/1.1\r\nContent-Length: "
      "5\r\n\r\nthree");
  EXPECT_THAT(client.receive_until("one"), EndsWith("\r\n\r\none"));
  EXPECT_THAT(client.receive_until("slow"), EndsWith("\r\n\r\nslow"));
  EXPECT_THAT(client.receive_until("three"), EndsWith("\r\n\r\nthree"));
}

TEST(TargetServer, CountIsNotCounted) {
  const Server server({});
  fetch(server.port(), "/");
  fetch(server.port(), "/status/404");
  EXPECT_EQ(body_of(fetch(server.port(), "/count")), "2");
  EXPECT_EQ(body_of(fetch(server.port(), "/count")), "2");
  EXPECT_THAT(server.statistics().by_status, UnorderedElementsAre(Pair(200, 1u), Pair(404, 1u)));
}

TEST(TargetServer, StatsAreJson) {
  const Server server({});
  fetch(server.port(), "/");
  fetch(server.port(), "/reset");
  EXPECT_THAT(body_of(fetch(server.port(), "/stats")),
              StartsWith(R"({"requests": 2, "answered": 1, "by_status": {"200": 1}, "connections": 3, "open": )"));
}

TEST(TargetServer, CountsAreResetByPost) {
  const Server server({});
  fetch(server.port(), "/");
  EXPECT_THAT(fetch(server.port(), "/reset-counts").text, StartsWith("HTTP/1.1 405 "));
  EXPECT_EQ(server.answered(), 1u);
  fetch(server.port(), "/reset-counts", "POST");
  EXPECT_EQ(server.answered(), 0u);
  EXPECT_TRUE(server.statistics().by_status.empty());
}

TEST(TargetServer, ALargeAnswerArrivesWhole) {
  const Server server({});
  EXPECT_EQ(body_of(fetch(server.port(), "/bytes/3000000")).size(), 3000000u);
  EXPECT_EQ(server.answered(), 1u);
}

TEST(TargetServer, AnAnswerThatIsNotTakenIsNotCounted) {
  const Server server({});
  {
    RawClient client(server.port());
    client.send("GET /bytes/100000000 HTTP/1.1\r\n\r\n");
    client.head();
  }
  while (server.statistics().open > 0) {
    std::this_thread::yield();
  }
  EXPECT_EQ(server.answered(), 0u);
  EXPECT_EQ(server.statistics().requests, 1u);
}

TEST(TargetServer, ADripComesByteByByte) {
  const Server server({});
  RawClient client(server.port());
  client.send("GET /drip/3/1 HTTP/1.1\r\n\r\nGET /close HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.receive_rest().text, HasSubstr("Content-Length: 3\r\n\r\nxxxHTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(server.answered(), 2u);
}

TEST(TargetServer, DelayComesBeforeTheAnswer) {
  const Server server({.delay = std::chrono::milliseconds(30)});
  const auto start = std::chrono::steady_clock::now();
  fetch(server.port(), "/");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(30));
}

TEST(TargetServer, EndsConnectionsAsAsked) {
  const Server server({});
  for (const char* path : {"/close", "/close-delimited"}) {
    RawClient client(server.port());
    client.send(std::string("GET ") + path + " HTTP/1.1\r\n\r\n");
    const auto rest = client.receive_rest();
    EXPECT_THAT(rest.text, EndsWith("Search</html>")) << path;
    EXPECT_FALSE(rest.reset) << path;
  }
  EXPECT_EQ(server.answered(), 2u);
}

TEST(TargetServer, AClosedAnswerIsNotLostWhenMoreWasSent) {
  const Server server({});
  RawClient client(server.port());
  client.send(std::string("GET /close HTTP/1.1\r\n\r\n") + std::string(100000, 'x'));
  const auto rest = client.receive_rest();
  EXPECT_THAT(rest.text, EndsWith("Search</html>"));
}

TEST(TargetServer, AnIdleConnectionIsClosedWithoutAWord) {
  const Server server({});
  RawClient client(server.port());
  client.send("GET /idle-close/1 HTTP/1.1\r\n\r\n");
  EXPECT_THAT(client.receive_rest().text, EndsWith("Content-Length: 19\r\n\r\n<html>Search</html>"));
}

TEST(TargetServer, AConnectionInUseIsNotIdle) {
  const Server server({});
  RawClient client(server.port());
  client.send("GET /idle-close/3600000 HTTP/1.1\r\n\r\n");
  client.receive_until(kEnd);
  client.send(kGet);
  client.receive_until(kEnd);
  EXPECT_EQ(server.answered(), 2u);
}

TEST(TargetServer, FaultsAreWhatTheyAreCalled) {
  const Server server({});
  EXPECT_TRUE(fetch(server.port(), "/reset").reset);
  EXPECT_EQ(fetch(server.port(), "/reset").text, "");
  EXPECT_EQ(body_of(fetch(server.port(), "/truncated")).size(), 10u);
  EXPECT_THAT(fetch(server.port(), "/malformed").text, StartsWith("220 "));
  EXPECT_EQ(server.answered(), 0u);
  EXPECT_EQ(server.statistics().requests, 4u);
}

TEST(TargetServer, AStalledConnectionLastsUntilItsClientLeaves) {
  const Server server({});
  {
    RawClient client(server.port());
    client.send("GET /stall HTTP/1.1\r\n\r\n");
    RawClient other(server.port());
    other.send(kGet);
    other.receive_until(kEnd);
    client.finish_sending();
    EXPECT_EQ(client.receive_rest().text, "");
  }
  EXPECT_EQ(server.answered(), 1u);
}

TEST(TargetServer, AnEndlessAnswerKeepsNobodyWaiting) {
  const Server server({});
  for (const char* path : {"/endless", "/endless-head"}) {
    RawClient endless(server.port());
    endless.send(std::string("GET ") + path + " HTTP/1.1\r\n\r\n");
    endless.receive(200000);
    RawClient client(server.port());
    client.send(kGet);
    EXPECT_THAT(client.receive_until(kEnd), StartsWith("HTTP/1.1 200 OK\r\n"));
  }
}

TEST(TargetServer, ABodyThatWaitsIsAskedFor) {
  const Server server({});
  RawClient client(server.port());
  client.send("POST /echo HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_THAT(client.receive_until("body"), EndsWith("\r\n\r\nbody"));
}

TEST(TargetServer, WhatIsNotHttpIsRefused) {
  const Server server({});
  RawClient client(server.port());
  client.send("hello, who is there?\r\n\r\n");
  EXPECT_THAT(client.receive_rest().text, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
}

TEST(TargetServer, SurvivesAnyBytes) {
  const Server server({});
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    std::string bytes = round % 2 == 0 ? "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n" : "";
    for (int index = 0; index < 300; ++index) {
      bytes += static_cast<char>(random());
    }
    RawClient client(server.port());
    client.send(bytes);
  }
  EXPECT_THAT(fetch(server.port(), "/").text, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(TargetServer, EchoesWebSocketMessages) {
  const Server server({});
  RawClient client(server.port());
  client.send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\n\r\n");
  EXPECT_THAT(client.head(), HasSubstr("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  // Masked with zeros: the payload stays readable.
  client.send(std::string("\x81\x85\0\0\0\0hello", 11));
  EXPECT_EQ(client.receive(7), "\x81\x05hello");
  client.send(std::string("\x82\x83\0\0\0\0a\0b", 9));
  EXPECT_EQ(client.receive(5), std::string("\x82\x03"
                                           "a\0b",
                                           5));
  client.send(std::string("\x88\x80\0\0\0\0", 6));
  client.receive_rest();
  EXPECT_EQ(server.statistics().web_sockets, 1u);
  EXPECT_EQ(server.statistics().web_socket_messages, 2u);
  EXPECT_EQ(server.answered(), 0u);
}

std::string upgrade_request(const std::string& path, const std::string& headers = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + headers + "\r\n";
}

TEST(TargetServer, AWebSocketHasTheFirstSubprotocolAndIsCompressedWhenThatIsOffered) {
  const Server server({});
  RawClient client(server.port());
  client.send(upgrade_request("/ws", "Sec-WebSocket-Protocol: chat.v2, chat.v1\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"));
  const std::string head = client.head();
  EXPECT_THAT(head, HasSubstr("\r\nSec-WebSocket-Protocol: chat.v2\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nSec-WebSocket-Extensions: permessage-deflate"));
}

TEST(TargetServer, AWebSocketBehavesAsItsPathSays) {
  const Server server({});
  const std::string message("\x81\x85\0\0\0\0hello", 11);
  RawClient closed(server.port());
  closed.send(upgrade_request("/ws-close/4321"));
  closed.head();
  closed.send(message);
  EXPECT_EQ(closed.receive(12),
            "\x88\x0a\x10\xe1"
            "as asked");
  RawClient pieces(server.port());
  pieces.send(upgrade_request("/ws-fragments"));
  pieces.head();
  pieces.send(message);
  EXPECT_EQ(pieces.receive(9), std::string("\x01\x03hel\x80\x02lo", 9));
  RawClient half(server.port());
  half.send(upgrade_request("/ws-half-frame"));
  half.head();
  half.send(message);
  EXPECT_EQ(half.receive_rest().text, "\x81\x05hel");
}

TEST(TargetServer, ThreadsShareTheCounts) {
  const Server server({.threads = 3});
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int index = 0; index < 30; ++index) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(kGet);
  }
  for (const auto& client : clients) {
    client->receive_until(kEnd);
  }
  EXPECT_EQ(server.answered(), 30u);
  EXPECT_EQ(server.statistics().open, 30u);
}

TEST(TargetServer, SaysWhenThePortIsTaken) {
  const Server server({});
  try {
    const Server second({.port = server.port()});
    FAIL() << "two servers on one port";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_THAT(failure.what(), HasSubstr("Address already in use"));
  }
}

TEST(TargetServer, SaysWhenTheAddressIsNone) { EXPECT_THROW(Server({.address = "nowhere"}), Failure); }

}  // namespace
}  // namespace loads::target
