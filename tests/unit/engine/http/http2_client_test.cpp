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
#include "support/client_harness.h"
#include "support/gate.h"
#include "support/http2_frames.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

namespace h2 = support::h2;
using metrics::RequestError;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

ClientSettings over_http2() {
  ClientSettings settings = ClientHarness::quick();
  settings.net.http_version = net::HttpVersion::h2c;
  return settings;
}

void answer_all(Peer& peer) {
  h2::greet(peer);
  while (true) peer.send(h2::ok(h2::read_request(peer)));
}

std::uint64_t errors(ClientHarness& harness, RequestError error) { return harness.all().errors[static_cast<std::size_t>(error)]; }

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
    const RequestOptions hasty{.timeout = std::chrono::milliseconds(30)};
    EXPECT_EQ(message_of<Timeout>([&] { support::request(client, "GET", server.url(), hasty); }),
              "no complete answer within 30ms from " + server.address());
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

// Attempts of so many requests; the URL outlives them.
std::vector<Client::Attempt> attempts(std::size_t count, const std::string& url) {
  std::vector<Client::Attempt> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back({Request{.method = "GET", .base = {}, .url = url}});
  return made;
}

TEST(Http2Client, OneFiberMakesManyRequestsOnAnOpenConnection) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::ok(h2::read_request(peer)));
    for (int i = 0; i < 10; ++i) h2::read_request(peer);
    for (std::uint32_t stream = 21; stream > 1; stream -= 2) peer.send(h2::ok(stream, std::to_string(stream)));
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const std::string url = server.url();
    auto first = attempts(3, url);
    client.request_together(first);
    for (const auto& attempt : first) EXPECT_FALSE(attempt.made);  // there is no connection
    EXPECT_EQ(harness.all().answered, 0U);
    support::get(client, url);
    auto all = attempts(10, url);
    client.request_together(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_TRUE(all[i].made && all[i].answer != nullptr);
      EXPECT_EQ(all[i].answer->body.view(), std::to_string(2 * i + 3));
    }
  });
  EXPECT_EQ(harness.all().answered, 11U);
  EXPECT_EQ(harness.recorder.tally().settled, 11U);
}

TEST(Http2Client, OfRequestsTogetherEachHasItsOwnEnd) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::ok(h2::read_request(peer)));
    for (int i = 0; i < 4; ++i) h2::read_request(peer);
    peer.send(h2::reset(3, 2) + h2::reset(5, 7) + h2::ok(9));
    while (true) peer.send(h2::ok(h2::read_request(peer), "again"));
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const std::string url = server.url();
    support::get(client, url);
    const RequestOptions hasty{.timeout = std::chrono::milliseconds(40)};
    auto all = attempts(4, url);
    all[2].request.options = &hasty;
    client.request_together(all);
    EXPECT_NE(all[0].error, nullptr);
    EXPECT_EQ(all[1].answer->body.view(), "again");  // was not taken, and is sent once more
    EXPECT_THROW(std::rethrow_exception(all[2].error), Timeout);
    EXPECT_EQ(all[3].answer->body.view(), "ok");
    EXPECT_EQ(support::get(client, url).text(), "again");
  });
  const auto stats = harness.all();
  EXPECT_EQ(stats.answered, 4U);
  EXPECT_EQ(stats.unanswered(), 2U);
  EXPECT_EQ(harness.recorder.tally().sent, harness.recorder.tally().settled);
}

// A body that can be begun so often.
class ShortLivedBody final : public BodySource {
 public:
  explicit ShortLivedBody(int beginnings) : left_(beginnings) {}
  std::uint64_t size() const override { return 0; }
  void rewind() override {
    if (left_-- == 0) throw InvalidRequest("the file has gone");
  }
  std::size_t read(std::span<char>) override { return 0; }

 private:
  int left_;
};

TEST(Http2Client, OfRequestsTogetherThoseThatCannotBeSentLeaveTheOthers) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::ok(h2::read_request(peer)));
    h2::read_request(peer);
    h2::read_request(peer);
    peer.send(h2::reset(3, 7) + h2::ok(5));  // the first was not taken, and is to be sent again
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const std::string url = server.url();
    support::get(client, url);
    ShortLivedBody once(1);
    ShortLivedBody never(0);
    auto all = attempts(3, url);
    all[0].request.body = {.present = true, .source = &once};
    all[1].request.body = {.present = true, .source = &never};
    client.request_together(all);
    EXPECT_EQ(message_of<InvalidRequest>([&] { std::rethrow_exception(all[0].error); }), "the file has gone");
    EXPECT_EQ(message_of<InvalidRequest>([&] { std::rethrow_exception(all[1].error); }), "the file has gone");
    ASSERT_NE(all[2].answer, nullptr);
    EXPECT_EQ(all[2].answer->body.view(), "ok");
  });
  EXPECT_EQ(errors(harness, RequestError::invalid_url), 2U);
  EXPECT_EQ(harness.recorder.tally().sent, harness.recorder.tally().settled);
}

TEST(Http2Client, RequestsTogetherAreCutOffTogether) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::ok(h2::read_request(peer)));
    peer.wait_until_closed();
  });
  ClientHarness harness(over_http2());
  harness.run([&](Client& client) {
    const std::string url = server.url();
    support::get(client, url);
    fiber::Children children(harness.loop);
    fiber::Fiber* asking = nullptr;
    children.spawn([&] {
      asking = harness.loop.running();
      auto all = attempts(5, url);
      client.request_together(all);
    });
    harness.loop.yield();
    asking->cancel();
    children.join();
  });
  EXPECT_EQ(errors(harness, RequestError::cancelled), 5U);
  EXPECT_EQ(harness.recorder.tally().sent, harness.recorder.tally().settled);
}

TEST(Http2Client, OverHttp1ABatchTakesSixConnections) {
  std::atomic<int> open = 0;
  std::atomic<int> most = 0;
  const ScriptedServer server([&](Peer& peer) {
    while (true) {
      peer.read_request();
      const int now = ++open;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      --open;
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    const Client::Batch batch(client);
    fiber::Children children(harness.loop);
    for (int i = 0; i < 20; ++i) children.spawn([&] { EXPECT_EQ(support::get(client, server.url()).text(), "ok"); });
    children.join();
  });
  EXPECT_EQ(server.connections(), 6U);
  EXPECT_LE(most, 6);
  EXPECT_EQ(harness.all().answered, 20U);
}

TEST(Http2Client, RequestsAtOnceKeepTheirHeadersApart) {
  std::mutex mutex;
  std::set<std::string> seen;
  const ScriptedServer server([&](Peer& peer) {
    const std::string request = peer.read_request();
    const auto at = request.find("X-Number: ");
    {
      const std::lock_guard lock(mutex);
      seen.insert(request.substr(at, request.find("\r\n", at) - at));
    }
    peer.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    fiber::Children children(harness.loop);
    for (int i = 0; i < 5; ++i) {
      children.spawn([&, i] { support::request(client, "GET", server.url(), {.headers = {{"X-Number", std::to_string(i)}}}); });
    }
    children.join();
  });
  EXPECT_EQ(seen.size(), 5U);
}

}  // namespace
}  // namespace loads::http
