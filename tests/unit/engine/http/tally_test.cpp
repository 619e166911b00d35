// What a client counts beside its records, held against what the server has seen.

#include <gtest/gtest.h>

#include <string>

#include <loads/error.h>

#include "common/metrics/tally.h"
#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using metrics::Tally;
using support::answer_all;
using support::ClientHarness;
using support::Peer;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(Tally, AnswersOfEveryStatusAreSentSettledAndAnswered) {
  ScriptedServer server(answer_all("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 20; ++i) support::get(client, server.url());
  });
  EXPECT_EQ(harness.recorder.tally(), (Tally{20, 20, 20, 0, {}}));
  EXPECT_EQ(server.requests(), 20U);
}

TEST(Tally, ARequestIsSentBeforeTheServerHasItAndInFlightUntilItIsRecorded) {
  ClientHarness harness;
  Tally seen_by_server;
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    seen_by_server = harness.recorder.tally();
    peer.send(kOk);
  });
  harness.get(server.url());
  EXPECT_EQ(seen_by_server, (Tally{1, 0, 0, 0, {}}));
  EXPECT_EQ(seen_by_server.in_flight(), 1U);
  EXPECT_EQ(harness.recorder.tally(), (Tally{1, 1, 1, 0, {}}));
}

TEST(Tally, WhatIsNeverSentIsUnansweredAlone) {
  ClientHarness harness;
  const std::string refusing = "http://127.0.0.1:" + std::to_string(support::unused_port()) + "/";
  EXPECT_THROW(harness.get(refusing), ConnectionError);
  EXPECT_THROW(harness.get("http://"), InvalidRequest);
  EXPECT_EQ(harness.recorder.tally(), (Tally{0, 0, 0, 2, {}}));
}

TEST(Tally, ARequestWithoutAnAnswerIsSentAndSettled) {
  ScriptedServer server([](Peer& peer) {
    if (peer.read_request().starts_with("GET /late")) return peer.wait_until_closed();
    peer.send("no HTTP\r\n\r\n");
  });
  ClientHarness harness;
  EXPECT_THROW(harness.get(server.url("/late"), {.timeout = 500ms}), Timeout);
  EXPECT_THROW(harness.get(server.url("/odd")), InvalidAnswer);
  EXPECT_EQ(harness.recorder.tally(), (Tally{2, 2, 0, 2, {}}));
}

TEST(Tally, ASecondTryOnANewConnectionIsSentAgain) {
  Tally at_second_try;
  ClientHarness harness;
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    if (peer.index() == 1) at_second_try = harness.recorder.tally();
    peer.send(kOk);
    if (peer.index() == 0) peer.read_request();  // and closes
  });
  harness.run([&](Client& client) {
    support::get(client, server.url());
    support::get(client, server.url());
  });
  EXPECT_EQ(at_second_try, (Tally{3, 2, 1, 0, {}})) << "one request is never twice in flight";
  EXPECT_EQ(harness.recorder.tally(), (Tally{3, 3, 2, 0, {}}));
  EXPECT_EQ(server.requests(), 3U);
}

TEST(Tally, ARequestThatIsCutOffIsSettled) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  fiber::Fiber& fiber = harness.loop.spawn([&] {
    Client client(harness.context);
    support::get(client, server.url());
  });
  harness.loop.spawn([&] {
    while (server.requests() == 0) harness.loop.yield();
    EXPECT_EQ(harness.recorder.tally().in_flight(), 1U);
    fiber.cancel();
  });
  harness.loop.run();
  EXPECT_EQ(harness.recorder.tally(), (Tally{1, 1, 0, 1, {}}));
}

}  // namespace
}  // namespace loads::http
