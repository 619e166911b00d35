// The figures that are recorded of requests, held against what the server has counted.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using metrics::Phase;
using support::answer_all;
using support::ClientHarness;
using support::Peer;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

metrics::Nanoseconds phase(const metrics::RequestStats& stats, Phase phase) { return stats.phase_time[static_cast<std::size_t>(phase)]; }

TEST(Record, AgreesWithWhatTheServerHasCounted) {
  const std::string chunked = "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  ScriptedServer server([&](Peer& peer) {
    while (true) peer.send(peer.read_request().starts_with("POST") ? "HTTP/1.1 100 Continue\r\n\r\n" + chunked : kOk);
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) {
      support::get(client, server.url("/read"));
      support::request(client, "POST", server.url("/write"), {.data = std::string(1000, 'x')});
    }
  });
  const auto all = harness.all();
  EXPECT_EQ(all.answered, 10U);
  EXPECT_EQ(all.answered, server.requests());
  EXPECT_EQ(all.connections, 1U);
  EXPECT_EQ(all.bytes_sent, server.bytes_received());
  EXPECT_EQ(all.bytes_received, server.bytes_sent());
  EXPECT_THAT(all.statuses, testing::ElementsAre(testing::Pair(200, 5), testing::Pair(201, 5)));
  EXPECT_EQ(harness.stats("GET /read").answered, 5U);
  EXPECT_EQ(harness.stats("POST /write").answered, 5U);
}

TEST(Record, CountsAnswersOfEveryStatusAsAnswered) {
  ScriptedServer server([](Peer& peer) {
    for (const char* status : {"200", "301", "404", "500", "999"}) {
      peer.read_request();
      peer.send("HTTP/1.1 " + std::string(status) + " X\r\nContent-Length: 0\r\n\r\n");
    }
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (const int status : {200, 301, 404, 500, 999}) EXPECT_EQ(support::get(client, server.url()).status_code(), status);
  });
  EXPECT_EQ(harness.all().answered, 5U);
  EXPECT_EQ(harness.all().statuses.at(999), 1U);
  EXPECT_EQ(harness.all().response_times.count(), 2U);
}

TEST(Record, EveryPhaseTakesTimeWhereItHappens) {
  ScriptedServer server([](Peer& peer) {
    while (true) {
      peer.read_request();
      std::this_thread::sleep_for(10ms);
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
      std::this_thread::sleep_for(500ms);  // who comes so late finds both, and nothing left to receive
      peer.send("ok");
    }
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::request(client, "GET", "http://localhost:" + std::to_string(server.port()) + "/", {.name = "first"});
    support::request(client, "GET", "http://localhost:" + std::to_string(server.port()) + "/", {.name = "second"});
  });
  const auto& first = harness.stats("first");
  EXPECT_GT(phase(first, Phase::dns), 0ns);
  EXPECT_GT(phase(first, Phase::connect), 0ns);
  EXPECT_EQ(phase(first, Phase::tls), 0ns);
  const auto& second = harness.stats("second");
  EXPECT_EQ(phase(second, Phase::dns), 0ns);
  EXPECT_EQ(phase(second, Phase::connect), 0ns);
  EXPECT_EQ(second.connections, 0U);
  for (const auto* stats : {&first, &second}) {
    EXPECT_GT(phase(*stats, Phase::send), 0ns);
    EXPECT_GT(phase(*stats, Phase::wait), 0ns);
    EXPECT_GT(phase(*stats, Phase::receive), 0ns);
    metrics::Nanoseconds sum{};
    for (const auto time : stats->phase_time) sum += time;
    EXPECT_LE(sum, stats->answered_time);
  }
}

TEST(Record, AProblemNamesItsRequestAndItsKind) {
  ScriptedServer server([](Peer& peer) { peer.read_request(); });
  ClientHarness harness;
  for (int i = 0; i < 3; ++i) EXPECT_THROW(harness.get(server.url("/gone")), ConnectionError);
  const auto problems = harness.recorder.slice().problems.worst_first();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].count, 3U);
  EXPECT_EQ(problems[0].request, "GET /gone");
  EXPECT_EQ(problems[0].blame, metrics::ErrorClass::target);
  EXPECT_EQ(problems[0].message, server.address() + " closed the connection without an answer");
  const auto all = harness.all();
  EXPECT_EQ(all.answered, 0U);
  EXPECT_EQ(all.unanswered(), 3U);
  EXPECT_EQ(all.connections, 3U);
  EXPECT_EQ(all.bytes_sent, server.bytes_received());
}

TEST(Record, HoldsNoMoreThanTwoHundredNames) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 5000; ++i) support::get(client, server.url("/item/" + std::to_string(i)));
  });
  EXPECT_LE(harness.recorder.slice().requests.size(), metrics::kMaxNames + 1);
  EXPECT_EQ(harness.all().answered, 5000U);
  EXPECT_EQ(server.connections(), 1U);
}

// 500 users on one thread, each with answers that come in pieces and after delays of their own: everyone gets what it has asked for.
TEST(ManyUsers, GetEachTheirOwnAnswers) {
  constexpr int kUsers = 500;
  constexpr int kRequests = 20;
  ScriptedServer server([](Peer& peer) {
    std::minstd_rand random(static_cast<unsigned>(peer.index() + 1));
    while (true) {
      const std::string request = peer.read_request();
      const std::string path = request.substr(4, request.find(' ', 4) - 4);
      std::string body;
      for (unsigned i = random() % 200; i > 0; --i) body += path + "\n";
      if (random() % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
      const std::string answer = random() % 2 == 0 ? "HTTP/1.1 200 OK\r\nX-Path: " + path +
                                                         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body
                                                   : "HTTP/1.1 200 OK\r\nX-Path: " + path + "\r\nConnection: close\r\n\r\n" + body;
      const std::size_t cut = random() % answer.size();
      peer.send(std::string_view(answer).substr(0, cut));
      if (random() % 4 == 0) std::this_thread::yield();
      peer.send(std::string_view(answer).substr(cut));
      if (answer.find("Connection: close") != std::string::npos) return;
    }
  });
  ClientHarness harness;
  int right = 0;
  for (int user = 0; user < kUsers; ++user) {
    harness.loop.spawn([&, user] {
      Client client(harness.context);
      for (int i = 0; i < kRequests; ++i) {
        const std::string path = "/" + std::to_string(user) + "/" + std::to_string(i);
        const Response response = support::get(client, server.url(path));
        std::string_view body = response.text();
        bool own = response.header("X-Path") == path && response.url() == server.url(path);
        for (; own && !body.empty(); body.remove_prefix(path.size() + 1)) own = body.starts_with(path + "\n");
        if (own) ++right;
      }
    });
  }
  harness.loop.run();
  EXPECT_EQ(right, kUsers * kRequests);
  EXPECT_EQ(harness.all().answered, static_cast<std::uint64_t>(kUsers * kRequests));
  EXPECT_EQ(harness.all().connections, server.connections());
  EXPECT_EQ(harness.all().bytes_received, server.bytes_sent());
  EXPECT_EQ(harness.all().bytes_sent, server.bytes_received());
}

}  // namespace
}  // namespace loads::http
