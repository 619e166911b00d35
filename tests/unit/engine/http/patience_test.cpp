// Times for the parts of a request.

#include <gtest/gtest.h>

#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/full_listener.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using metrics::RequestError;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

// The fate of one GET.
struct Outcome {
  std::string error;  // empty: it was answered
  Failure failure;
};

Outcome get(ClientHarness& harness, const std::string& url, const Patience& patience) {
  Outcome outcome;
  const Request request{.method = "GET", .base = {}, .url = url, .patience = &patience, .failure = &outcome.failure};
  harness.run([&](Client& client) {
    outcome.error = message_of<Timeout>([&] { AnswerHandle(client.request(request)).reset(); });
    if (outcome.error == "no exception") outcome.error.clear();
  });
  return outcome;
}

TEST(Patience, IsForEachWaitAndNotForTheWhole) {
  const std::string body(2000, 'x');
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n");
    peer.send_slowly(body);  // which takes longer than what is given to the whole
    peer.wait_until_closed();
  });
  ClientSettings settings;
  settings.timeout = 100ms;
  ClientHarness harness(settings);
  EXPECT_EQ(get(harness, server.url(), {.connect = {}, .each = 10s}).error, "");
}

TEST(Patience, EndsWithASilence) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
    peer.wait_until_closed();
  });
  ClientHarness harness;
  const Outcome outcome = get(harness, server.url(), {.connect = 10s, .each = 2s});
  EXPECT_EQ(outcome.error, "no complete answer within 2s from " + server.address());
  EXPECT_EQ(outcome.failure.error, RequestError::timeout);
  EXPECT_TRUE(outcome.failure.connected);
  EXPECT_TRUE(outcome.failure.head_came);
}

TEST(Patience, ForTheConnectionIsAnother) {
  support::FullListener full;
  ClientHarness harness;
  const Outcome outcome = get(harness, full.url(), {.connect = 50ms, .each = 10s});
  EXPECT_EQ(outcome.error, "connect: no connection within 50ms " + full.address());
  EXPECT_EQ(outcome.failure.error, RequestError::connect_timeout);
  EXPECT_FALSE(outcome.failure.connected);
  EXPECT_FALSE(outcome.failure.head_came);
}

TEST(Patience, IsGoneWithItsRequest) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientSettings settings;
  settings.timeout = 60ms;
  ClientHarness harness(settings);
  const Patience patience{.connect = {}, .each = 10s};
  harness.run([&](Client& client) {
    const std::string url = server.url();
    AnswerHandle(client.request({.method = "GET", .base = {}, .url = url, .patience = &patience})).reset();
    EXPECT_EQ(message_of<Timeout>([&] { client.request("GET", "", url, nullptr)->release(); }),
              "no answer within 60ms from " + server.address());
  });
}

}  // namespace
}  // namespace loads::http
