// The HTTP client over HTTP/2, with servers that are made of frames.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <loads/error.h>

#include "engine/fiber/children.h"
#include "support/gate.h"
#include "unit/engine/http/http2_client.h"

namespace loads::http {
namespace {

TEST(Http2Client, KeepsOneConnection) {
  const ScriptedServer server(answer_all);
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    for (int i = 0; i < 50; ++i) {
      const Response response = support::get(client, server.url());
      EXPECT_EQ(response.text(), "ok");
      EXPECT_EQ(response.reason(), "OK");
      EXPECT_EQ(response.http_version(), "HTTP/2");
      EXPECT_EQ(response.url(), server.url());
    }
  });
  EXPECT_EQ(server.connections(), 1U);
  const auto stats = harness.all();
  EXPECT_EQ(stats.answered, 50U);
  EXPECT_EQ(stats.connections, 1U);
  EXPECT_EQ(stats.bytes_received, server.bytes_sent());
  const auto tally = harness.recorder.tally();
  EXPECT_EQ(tally.sent, 50U);
  EXPECT_EQ(tally.settled, 50U);
}

TEST(Http2Client, ShowsTheVersionOfHttp1Too) {
  const ScriptedServer server(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  ClientHarness harness;
  EXPECT_EQ(harness.get(server.url()).http_version(), "HTTP/1.1");
  const ScriptedServer old([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.0 200 OK\r\n\r\n");
  });
  EXPECT_EQ(harness.get(old.url()).http_version(), "HTTP/1.0");
}

TEST(Http2Client, SendsBodiesAndHeadersOfItsOwn) {
  std::string head;
  std::string body;
  const ScriptedServer server([&](Peer& peer) {
    h2::greet(peer);
    head = h2::read_frame(peer, h2::kHeaders).payload;
    body = h2::read_frame(peer, h2::kData).payload;
    peer.send(h2::ok(1));
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const RequestOptions options{.data = "a=1", .headers = {{"X-Long", std::string(300, '#')}, {"Connection", "close"}}};
    EXPECT_EQ(support::request(client, "POST", server.url(), options).status_code(), 200);
  });
  EXPECT_EQ(body, "a=1");
  EXPECT_GT(head.size(), 300U);
}

TEST(Http2Client, RequestsAtOnceShareAConnection) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    for (int i = 0; i < 10; ++i) h2::read_request(peer);
    for (std::uint32_t i = 0; i < 10; ++i) peer.send(h2::ok(2 * i + 1));
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    fiber::Children children(harness.loop);
    for (int i = 0; i < 10; ++i) children.spawn([&] { EXPECT_EQ(support::get(client, server.url()).text(), "ok"); });
    children.join();
  });
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(harness.all().answered, 10U);
}

TEST(Http2Client, WhenNoConnectionCanBeOpenedAllWhoWaitForItFail) {
  const std::string url = "http://127.0.0.1:" + std::to_string(support::unused_port()) + "/";
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    fiber::Children children(harness.loop);
    for (int i = 0; i < 10; ++i) {
      children.spawn(
          [&] { EXPECT_THAT(message_of<ConnectionError>([&] { support::get(client, url); }), testing::HasSubstr("connection refused")); });
    }
    children.join();
  });
  EXPECT_EQ(errors(harness, RequestError::connect_refused), 10U);
}

TEST(Http2Client, WhoOpensAConnectionAndIsCancelledLeavesItToAnother) {
  support::Gate cancelled;
  const ScriptedServer server(answer_all);
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    fiber::Fiber* first = nullptr;
    fiber::Children children(harness.loop);
    children.spawn([&] {
      first = harness.loop.running();
      support::get(client, server.url());
    });
    children.spawn([&] {
      first->cancel();  // it has not been connected, and this is behind it
      EXPECT_EQ(support::get(client, server.url()).text(), "ok");
    });
    children.join();
  });
  EXPECT_EQ(harness.all().answered, 1U);
  EXPECT_EQ(errors(harness, RequestError::cancelled), 1U);
}

TEST(Http2Client, ARequestThatWasNotTakenIsSentAgainWhateverItDoes) {
  for (const std::string& refusal : {h2::reset(1, 7), h2::goaway(0, 0)}) {
    std::atomic<int> seen = 0;
    const ScriptedServer server([&](Peer& peer) {
      h2::greet(peer);
      std::uint32_t stream = h2::read_request(peer);
      if (seen++ == 0) {
        peer.send(refusal);
        stream = h2::read_request(peer);
      }
      peer.send(h2::ok(stream));
      peer.wait_until_closed();
    });
    ClientHarness harness(over_http2());
    harness.run([&](Client& client) { EXPECT_EQ(support::request(client, "POST", server.url(), {.data = "a"}).text(), "ok"); });
    const auto stats = harness.all();
    EXPECT_EQ(stats.answered, 1U);
    EXPECT_EQ(stats.unanswered(), 0U);
    EXPECT_EQ(harness.recorder.tally().sent, 2U);
    EXPECT_EQ(harness.recorder.tally().settled, 2U);
  }
}

TEST(Http2Client, ARequestIsSentAgainOnceOnly) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    while (true) peer.send(h2::reset(h2::read_request(peer), 7));
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    EXPECT_EQ(message_of<ConnectionError>([&] { support::get(client, server.url()); }),
              server.address() + " did not take the request: REFUSED_STREAM (the request was not processed)");
  });
  EXPECT_EQ(errors(harness, RequestError::stream_reset), 1U);
  EXPECT_EQ(harness.recorder.tally().sent, 2U);
}

TEST(Http2Client, ResetsAndGoawaysAreClassedErrors) {
  const ScriptedServer resetting([](Peer& peer) {
    h2::greet(peer);
    while (true) peer.send(h2::reset(h2::read_request(peer), 2));
  });
  const ScriptedServer leaving([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::goaway(h2::read_request(peer), 11));
    peer.finish_sending();
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    EXPECT_THAT(message_of<ConnectionError>([&] { support::get(client, resetting.url()); }), testing::HasSubstr("INTERNAL_ERROR"));
    EXPECT_THAT(message_of<ConnectionError>([&] { support::get(client, leaving.url()); }), testing::HasSubstr("ENHANCE_YOUR_CALM"));
  });
  EXPECT_EQ(errors(harness, RequestError::stream_reset), 1U);
  EXPECT_EQ(errors(harness, RequestError::going_away), 1U);
  EXPECT_EQ(metrics::class_of(RequestError::stream_reset), metrics::ErrorClass::target);
  EXPECT_EQ(metrics::class_of(RequestError::going_away), metrics::ErrorClass::target);
}

TEST(Http2Client, AConnectionThatWasLeftIsReplaced) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    const std::uint32_t stream = h2::read_request(peer);
    peer.send(h2::ok(stream) + h2::goaway(stream, 0));
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(support::request(client, "POST", server.url()).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 5U);
  EXPECT_EQ(harness.all().unanswered(), 0U);
}

TEST(Http2Client, ATimeoutKeepsTheConnection) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    h2::read_request(peer);
    h2::read_frame(peer, h2::kReset);
    while (true) peer.send(h2::ok(h2::read_request(peer)));
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const RequestOptions hasty{.timeout = std::chrono::seconds(1)};
    EXPECT_EQ(message_of<Timeout>([&] { support::request(client, "GET", server.url(), hasty); }),
              "no complete answer within 1s from " + server.address());
    EXPECT_EQ(support::get(client, server.url()).text(), "ok");
  });
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Http2Client, HttpInPlainTextIsNotAskedForHttp2ThatIsToBeAgreedUpon) {
  ClientSettings settings = ClientHarness::quick();
  settings.net.http_version = net::HttpVersion::http2;
  ClientHarness harness(settings);
  EXPECT_EQ(message_of<InvalidRequest>([&] { harness.get("http://127.0.0.1:1/"); }),
            "HTTP/2 cannot be agreed upon over http://: ask for it with the version h2c");
}

TEST(Http2Client, ARequestMaySayItsVersion) {
  const ScriptedServer server(answer_all);
  ClientHarness harness;
  EXPECT_EQ(harness.get(server.url(), {.http_version = "h2c"}).http_version(), "HTTP/2");
  EXPECT_EQ(message_of<InvalidRequest>([&] { harness.get(server.url(), {.http_version = "3"}); }),
            "\"3\" is no version of HTTP: it is auto, 1.1, 2 or h2c");
}

TEST(Http2Client, PerRequestEachHasAConnection) {
  const ScriptedServer server(answer_all);
  ClientSettings settings = over_http2();
  settings.connections = ConnectionPolicy::per_request;
  ClientHarness harness(settings);
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) support::get(client, server.url());
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Http2Client, TheUsersOfAThreadMayShareConnections) {
  const ScriptedServer server(answer_all);
  ClientSettings settings = over_http2();
  settings.connections = ConnectionPolicy::shared;
  ClientHarness harness(settings);
  for (int i = 0; i < 3; ++i) harness.get(server.url());
  EXPECT_EQ(server.connections(), 1U);
}

}  // namespace
}  // namespace loads::http
