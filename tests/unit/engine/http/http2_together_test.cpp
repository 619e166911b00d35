// Several requests of a user at once, with servers that are made of frames.

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

// Where a run begins late all are late with which it begins, whichever way they are made.
TEST(Http2Client, RequestsTogetherAreAllAsLate) {
  const ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    while (true) peer.send(h2::ok(h2::read_request(peer)));
  });
  ClientHarness harness(over_http2());
  harness.recorder.set_scheduled(true);
  const auto late = [&] {
    const metrics::RequestStats all = harness.all();
    std::uint64_t count = 0;
    all.response_times.for_each([&](std::uint64_t value, std::uint64_t times) { count += value >= 1'800'000'000 ? times : 0; });
    return count;
  };
  harness.run([&](Client& client) {
    const std::string url = server.url();
    client.begin_late(std::chrono::hours(1));
    auto none = attempts(3, url);
    client.request_together(none);
    {
      const Client::Batch batch(client);
      fiber::Children children(harness.loop);
      for (int i = 0; i < 2; ++i) children.spawn([&] { support::get(client, url); });
      children.join();
      support::get(client, url);
    }
    EXPECT_EQ(late(), 2U) << "there was no connection for them, so they were made by two fibers";
    client.begin_late(std::chrono::hours(1));
    auto all = attempts(3, url);
    client.request_together(all);
    support::get(client, url);
    EXPECT_EQ(late(), 5U);
    EXPECT_EQ(harness.all().answered, 7U);
    EXPECT_LT(harness.all().service_times.max(), 1'800'000'000U);
  });
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
    const RequestOptions hasty{.timeout = std::chrono::milliseconds(500)};
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
