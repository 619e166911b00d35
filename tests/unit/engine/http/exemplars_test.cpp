// What the client keeps of single exchanges, with real servers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <loads/error.h>

#include "engine/fiber/children.h"
#include "support/client_harness.h"
#include "support/gate.h"
#include "support/http2_frames.h"
#include "support/tls_peer.h"

namespace loads::http {
namespace {

namespace h2 = support::h2;
using namespace std::chrono_literals;
using metrics::Exemplar;
using metrics::Phase;
using metrics::RequestError;
using support::ClientHarness;
using support::Peer;
using support::ScriptedServer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::vector<Exemplar> slowest(ClientHarness& harness) { return harness.recorder.slice().exemplars.slowest(); }
std::vector<Exemplar> failed(ClientHarness& harness) { return harness.recorder.slice().exemplars.failed(); }
metrics::Nanoseconds time_of(const Exemplar& exemplar, Phase phase) { return exemplar.phases[static_cast<std::size_t>(phase)]; }

std::string address_of(const ScriptedServer& server) { return "127.0.0.1:" + std::to_string(server.port()); }

TEST(ClientExemplars, NameTheSlowPathAndWhereItsTimeWent) {
  ScriptedServer server([](Peer& peer) {
    while (true) {
      if (peer.read_request().starts_with("GET /slow")) std::this_thread::sleep_for(30ms);  // what is measured
      peer.send(kOk);
    }
  });
  const auto before = std::chrono::system_clock::now();
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 20; ++i) support::get(client, server.url("/quick"));
    support::get(client, server.url("/slow?id=7"));
    for (int i = 0; i < 20; ++i) support::get(client, server.url("/quick"));
  });
  const auto kept = slowest(harness);
  EXPECT_TRUE(std::ranges::is_sorted(kept, std::greater(), &Exemplar::total));
  const auto slow = std::ranges::find(kept, "GET /slow", &Exemplar::name);  // a quick one may be slower on a busy machine
  ASSERT_NE(slow, kept.end());
  EXPECT_EQ(slow->method, "GET");
  EXPECT_EQ(slow->url, server.url("/slow?id=7"));
  EXPECT_EQ(slow->status, 200);
  // The server may have the request, and wait, before the client finds itself done with sending it.
  EXPECT_GE(time_of(*slow, Phase::send) + time_of(*slow, Phase::wait), 30ms);
  EXPECT_GE(slow->total, time_of(*slow, Phase::send) + time_of(*slow, Phase::wait));
  EXPECT_EQ(slow->address, address_of(server));
  EXPECT_FALSE(slow->new_connection);
  EXPECT_GE(slow->sent, before);
  EXPECT_LE(slow->sent, std::chrono::system_clock::now());
  EXPECT_THAT(slow->request, StartsWith("GET /slow?id=7 HTTP/1.1\nHost: " + address_of(server) + "\n"));
  EXPECT_EQ(slow->answer, "HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
  EXPECT_EQ(slow->bytes_received, kOk.size());
  EXPECT_TRUE(failed(harness).empty());
}

TEST(ClientExemplars, HideSecretsAndWhatIsSentInABody) {
  ScriptedServer server(support::answer_all("HTTP/1.1 500 No\r\nSet-Cookie: sid=secret\r\nContent-Length: 4\r\n\r\nbusy"));
  ClientHarness harness;
  harness.run([&](Client& client) {
    RequestOptions options;
    options.data = "password=secret";
    options.headers = {{"Authorization", "Bearer secret"}, {"X-Trace", "visible"}};
    const std::string url = server.url("/login");
    support::request(client, "POST", "http://user:secret@" + url.substr(7), options);
  });
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].status, 500);
  EXPECT_EQ(kept[0].url, server.url("/login"));
  for (const std::string& text : {kept[0].request, kept[0].answer, kept[0].url, kept[0].message})
    EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(kept[0].request, HasSubstr("Authorization: [hidden]\n"));
  EXPECT_THAT(kept[0].request, HasSubstr("X-Trace: visible\n"));
  EXPECT_THAT(kept[0].answer, EndsWith("\n\nbusy"));
}

TEST(ClientExemplars, ARequestWithoutAnAnswerIsKeptWithWhyItHasNone) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  });
  ClientHarness harness;
  EXPECT_THROW(harness.get(server.url("/half")), ConnectionError);
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].name, "GET /half");
  EXPECT_EQ(kept[0].status, 0);
  EXPECT_EQ(kept[0].error, RequestError::closed);
  EXPECT_THAT(kept[0].message, HasSubstr("in the middle of its answer"));
  EXPECT_EQ(kept[0].address, address_of(server));
  EXPECT_THAT(kept[0].request, StartsWith("GET /half HTTP/1.1\n"));
  EXPECT_EQ(kept[0].answer, "HTTP/1.1 200 OK\nContent-Length: 100\n\nhalf");
  EXPECT_GT(kept[0].total.count(), 0);
}

TEST(ClientExemplars, OneThatCouldNotBeSentIsKeptToo) {
  ClientHarness harness;
  EXPECT_THROW(harness.get("http://user:secret@127.0.0.1:99999/"), InvalidRequest);
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].error, RequestError::invalid_url);
  EXPECT_EQ(kept[0].url, "http://127.0.0.1:99999/");
  EXPECT_EQ(kept[0].request, "");
}

TEST(ClientExemplars, OneThatWasTriedAgainAndAnsweredHasNotFailed) {
  ScriptedServer server([](Peer& peer) {  // closes each connection after its second request, unanswered
    peer.read_request();
    peer.send(kOk);
    peer.read_request();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) support::get(client, server.url());
  });
  EXPECT_TRUE(failed(harness).empty());
  for (const Exemplar& exemplar : slowest(harness)) {
    EXPECT_EQ(exemplar.message, "");
    EXPECT_THAT(exemplar.answer, EndsWith("ok"));
  }
}

TEST(ClientExemplars, OfOneKindTheFirstIsKept) {
  int answered = 0;
  ScriptedServer server([&](Peer& peer) {
    while (true) {
      peer.read_request();
      const std::string body = std::to_string(answered++);
      peer.send("HTTP/1.1 503 Busy\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) support::get(client, server.url());
  });
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_THAT(kept[0].answer, EndsWith("\n\n0"));
}

TEST(ClientExemplars, AreKeptOverHttp2) {
  ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    while (true) peer.send(h2::ok(h2::read_request(peer)));
  });
  ClientSettings settings = ClientHarness::quick();
  settings.net.http_version = net::HttpVersion::h2c;
  ClientHarness harness(settings);
  harness.get(server.url("/two"));
  const auto kept = slowest(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_THAT(kept[0].request, StartsWith("GET /two HTTP/1.1\n"));
  EXPECT_THAT(kept[0].answer, StartsWith("HTTP/2 200 OK\n"));
  EXPECT_EQ(kept[0].address, address_of(server));
}

TEST(ClientExemplars, AreKeptOfAStreamThatTheServerGaveUp) {
  ScriptedServer server([](Peer& peer) {
    h2::greet(peer);
    peer.send(h2::reset(h2::read_request(peer), 2));
    h2::read_request(peer);
  });
  ClientSettings settings = ClientHarness::quick();
  settings.net.http_version = net::HttpVersion::h2c;
  ClientHarness harness(settings);
  EXPECT_THROW(harness.get(server.url()), ConnectionError);
  ASSERT_EQ(failed(harness).size(), 1U);
  EXPECT_EQ(failed(harness)[0].error, RequestError::stream_reset);
  EXPECT_EQ(failed(harness)[0].address, address_of(server));
}

TEST(ClientExemplars, AreKeptOverTls) {
  support::Authority authority;
  ScriptedServer server(support::over_tls({authority.issue()}, support::answer_all_by_tls(kOk)));
  ClientSettings settings = ClientHarness::quick();
  settings.net.tls.authorities = authority.pem();
  ClientHarness harness(settings);
  harness.get(support::secure_url(server, "127.0.0.1"));
  ASSERT_EQ(slowest(harness).size(), 1U);
  const Exemplar kept = slowest(harness)[0];
  EXPECT_THAT(kept.url, StartsWith("https://127.0.0.1:"));
  EXPECT_TRUE(kept.new_connection);
  EXPECT_GT(time_of(kept, Phase::tls).count(), 0);
}

TEST(ClientExemplars, OfAStreamedBodyHaveTheTimeOfAllOfIt) {
  support::Gate gate;
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
    gate.wait();
    peer.send("world");
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    const Response answer = support::request(client, "GET", server.url("/stream"), {.stream = true});
    Response reader = answer;
    EXPECT_TRUE(reader.next().has_value());
    EXPECT_TRUE(slowest(harness).empty());
    std::this_thread::sleep_for(20ms);  // what is measured
    gate.open();
    while (reader.next()) {
    }
  });
  ASSERT_EQ(slowest(harness).size(), 1U);
  const Exemplar kept = slowest(harness)[0];
  EXPECT_GE(kept.total, 20ms);
  EXPECT_THAT(kept.request, StartsWith("GET /stream HTTP/1.1\n"));
  EXPECT_EQ(kept.answer, "HTTP/1.1 200 OK\nContent-Length: 10\n");
  EXPECT_EQ(kept.bytes_received, 49U);
  EXPECT_EQ(kept.address, address_of(server));
}

TEST(ClientExemplars, OfAStreamedBodyThatBreaksOffSayWhy) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    Response answer = support::request(client, "GET", server.url("/stream"), {.stream = true});
    EXPECT_THROW(static_cast<void>(answer.text()), ConnectionError);
  });
  ASSERT_EQ(failed(harness).size(), 1U);
  EXPECT_EQ(failed(harness)[0].error, RequestError::closed);
  EXPECT_THAT(failed(harness)[0].answer, StartsWith("HTTP/1.1 200 OK\n"));
  EXPECT_THAT(failed(harness)[0].message, HasSubstr("in the middle"));
}

TEST(FaultFound, WithTheLastAnswerKeepsItsExchange) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::get(client, server.url("/first"));
    support::request(client, "PUT", server.url("/last"), {.headers = {{"X-Mine", "yes"}}});
    client.find_fault_with_last("expected a basket", "shop.cpp:14");
    client.find_fault_with_last("expected a basket again", "shop.cpp:14");
  });
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].name, "PUT /last");
  EXPECT_EQ(kept[0].method, "PUT");
  EXPECT_EQ(kept[0].url, server.url("/last"));
  EXPECT_EQ(kept[0].status, 200);
  EXPECT_EQ(kept[0].message, "expected a basket");
  EXPECT_EQ(kept[0].location, "shop.cpp:14");
  EXPECT_THAT(kept[0].request, HasSubstr("X-Mine: yes\n"));
  EXPECT_THAT(kept[0].answer, EndsWith("\n\nok"));  // though nobody holds the answer any more
  EXPECT_GT(kept[0].total.count(), 0);
}

TEST(FaultFound, WithAnAnswerThatIsGoneKeepsNothing) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::get(client, server.url("/mine"));
    Client other(harness.context);
    support::get(other, server.url("/other"));
    client.find_fault_with_last("too late", "shop.cpp:14");
  });
  EXPECT_TRUE(failed(harness).empty());
}

TEST(FaultFound, WithAnAnswerThatTheTestHoldsKeepsItHoweverMuchHappensMeanwhile) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    const Response held = support::get(client, server.url("/mine"));
    Client other(harness.context);
    for (int i = 0; i < 3; ++i) support::get(other, server.url("/other"));
    client.find_fault_with_last("in time", "shop.cpp:14");
  });
  ASSERT_EQ(failed(harness).size(), 1U);
  EXPECT_EQ(failed(harness)[0].name, "GET /mine");
  EXPECT_THAT(failed(harness)[0].answer, EndsWith("ok"));
}

TEST(FaultFound, WithALargeRequestShowsItsHead) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    support::request(client, "POST", server.url("/upload"), {.data = std::string(100'000, 'x')});
    client.find_fault_with_last("no", "shop.cpp:14");
  });
  ASSERT_EQ(failed(harness).size(), 1U);
  EXPECT_THAT(failed(harness)[0].request, StartsWith("POST /upload HTTP/1.1\n"));
  EXPECT_THAT(failed(harness)[0].request, testing::Not(HasSubstr("xxx")));
}

TEST(FaultFound, WithNothingKeepsNothing) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    peer.read_request();
    peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    peer.read_request();
    peer.send("HTTP/1.1 200");
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    client.find_fault_with_last("there is none yet", "");
    support::get(client, server.url());
    client.forget_last();
    client.find_fault_with_last("of another test run", "");
    support::get(client, server.url());
    client.find_fault_with_last("the status says it", "");
    EXPECT_THROW(support::get(client, server.url()), ConnectionError);
    client.find_fault_with_last("there was no answer", "");
  });
  const auto kept = failed(harness);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].status, 404);
  EXPECT_EQ(kept[0].message, "");
  EXPECT_EQ(kept[1].error, RequestError::closed);
}

TEST(FaultFound, AnAnswerMayOutliveItsUserAndTheUserItsAnswer) {
  ScriptedServer server(support::answer_all(kOk));
  ClientHarness harness;
  Response kept;
  harness.run([&](Client& client) { kept = support::get(client, server.url()); });
  EXPECT_EQ(kept.text(), "ok");
  harness.run([&](Client& client) {
    std::vector<Response> many;
    for (int i = 0; i < 1100; ++i) many.push_back(support::get(client, server.url()));  // more than a pool keeps
    many.clear();
    client.find_fault_with_last("of an answer that the pool had no room for", "");
  });
  EXPECT_TRUE(failed(harness).empty());
}

}  // namespace
}  // namespace loads::http
