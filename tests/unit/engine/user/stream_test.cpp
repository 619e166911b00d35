// Bodies that are read in pieces, and events.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <loads/error.h>
#include <loads/event_stream.h>
#include <loads/session.h>

#include "engine/user/context.h"
#include "engine/user/virtual_user.h"
#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::user {
namespace {

using metrics::RequestError;
using support::message_of;
using support::Peer;
using support::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kChunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// A virtual user's session, called as from a test that GoogleTest runs alone.
class Streams : public testing::Test {
 protected:
  Streams() { settings_.timeout = std::chrono::seconds(10); }

  metrics::RequestStats stats() { return context_.recorder.slice().all_requests(); }
  metrics::Tally tally() { return context_.recorder.tally(); }

  Settings settings_;
  dns::Resolver resolver_{true};
  Context context_{settings_, resolver_, 4};
  VirtualUser user_{context_, 0};
  Session session_{user_};
};

std::vector<std::string> pieces_of(Response answer) {
  std::vector<std::string> pieces;
  while (const auto piece = answer.next()) pieces.emplace_back(*piece);
  return pieces;
}

TEST_F(Streams, TheBodyOfARedirectIsNotUnpacked) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip..");
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    peer.wait_until_closed();
  });
  EXPECT_THAT(pieces_of(session_.get(server.url(), {.stream = true})), ElementsAre("ok"));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Streams, TheBodyOfARedirectHasTheTimeOfOnePiece) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 100000\r\n\r\n");
    peer.send_slowly(std::string(100'000, 'x'));  // 30 s at least
  });
  EXPECT_THROW(session_.get(server.url(), {.timeout = std::chrono::milliseconds(300), .stream = true}), Timeout);
}

TEST_F(Streams, EventsAreAcceptedOnceWhateverTheTestSays) {
  std::string request;
  ScriptedServer server([&](Peer& peer) {
    request = peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 0\r\n\r\n");
  });
  session_.events(server.url(), {.headers = {{"accept", "text/event-stream, */*"}}});
  EXPECT_THAT(request, HasSubstr("accept: text/event-stream, */*\r\n"));
  EXPECT_THAT(request, testing::Not(HasSubstr("Accept: ")));
}

// Sends the second piece only when the first has been read: an acknowledgement is another request, on another connection.
TEST_F(Streams, APieceIsThereBeforeTheNextIsSent) {
  std::atomic<bool> first_read{false};
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(kChunkedHead + "5\r\nfirst\r\n");
    while (!first_read) std::this_thread::yield();
    peer.send("6\r\nsecond\r\n0\r\n\r\n");
    peer.read_request();
  });
  Response answer = session_.get(server.url(), {.stream = true});
  EXPECT_EQ(answer.status_code(), 200);
  EXPECT_EQ(answer.next(), "first");
  first_read = true;
  EXPECT_EQ(answer.next(), "second");
  EXPECT_EQ(answer.next(), std::nullopt);
  EXPECT_EQ(answer.next(), std::nullopt);
}

TEST_F(Streams, ItIsRecordedOnceAndAtItsEnd) {
  ScriptedServer server(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
  Response answer = session_.get(server.url(), {.stream = true});
  EXPECT_EQ(tally().answered, 0U);
  EXPECT_EQ(tally().in_flight(), 1U);
  EXPECT_THAT(pieces_of(answer), ElementsAre("hello"));
  EXPECT_EQ(tally().answered, 1U);
  EXPECT_EQ(tally().in_flight(), 0U);
  EXPECT_EQ(stats().bytes_received, 43U);
  session_.get(server.url());
  EXPECT_EQ(server.connections(), 1U);  // a body that was read leaves its connection to the next request
}

TEST_F(Streams, WhatIsNotReadClosesTheConnectionAndIsAnswered) {
  ScriptedServer server(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x')));
  {
    Response answer = session_.get(server.url(), {.stream = true});
    EXPECT_TRUE(answer.next());
  }
  EXPECT_EQ(tally().answered, 1U);
  EXPECT_EQ(tally().in_flight(), 0U);
  session_.get(server.url());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(Streams, OneThatOutlivesItsUserEndsWithHim) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kChunkedHead + "5\r\nfirst\r\n");
    peer.wait_until_closed();
  });
  auto user = std::make_unique<VirtualUser>(context_, 1);
  Response answer = Session(*user).get(server.url(), {.stream = true});
  EXPECT_EQ(answer.next(), "first");
  user.reset();
  EXPECT_EQ(stats().answered, 1U);
  EXPECT_EQ(answer.next(), std::nullopt);
  answer = Response();
  EXPECT_EQ(stats().answered, 1U);
  EXPECT_EQ(tally().in_flight(), 0U);
}

TEST_F(Streams, AnErrorInTheMiddleIsTheRequests) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kChunkedHead + "5\r\nfirst\r\n");
  });
  Response answer = session_.get(server.url(), {.stream = true});
  EXPECT_EQ(answer.next(), "first");
  EXPECT_THAT(message_of<ConnectionError>([&] { answer.next(); }), HasSubstr("closed the connection in the middle of its answer"));
  EXPECT_EQ(answer.next(), std::nullopt);
  EXPECT_EQ(stats().errors[static_cast<std::size_t>(RequestError::closed)], 1U);
  EXPECT_EQ(tally().answered, 0U);
}

TEST_F(Streams, TheTimeoutIsForEachPiece) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kChunkedHead + "5\r\nfirst\r\n");
    peer.wait_until_closed();
  });
  Response answer = session_.get(server.url(), {.timeout = std::chrono::seconds(1), .stream = true});
  EXPECT_EQ(answer.next(), "first");
  EXPECT_THROW(answer.next(), Timeout);
}

TEST_F(Streams, LinesAreCutWhereTheyEnd) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kChunkedHead + "8\r\n{\"a\":1}\n\r\n3\r\n{\"b\r\n7\r\n\":2}\r\nx\r\n0\r\n\r\n");
    peer.wait_until_closed();
  });
  Response answer = session_.get(server.url(), {.stream = true});
  std::vector<std::string> lines;
  while (const auto line = answer.next_line()) lines.push_back(*line);
  EXPECT_THAT(lines, ElementsAre("{\"a\":1}", "{\"b\":2}", "x"));
}

std::string gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string coded_answer(const std::string& coding, const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST_F(Streams, WhatUnpacksToMuchComesInManyPieces) {
  constexpr std::size_t kSize = 32U << 20U;
  ScriptedServer server(support::answer_all(coded_answer("gzip", gzip(std::string(kSize, '\0')))));
  Response answer = session_.get(server.url(), {.stream = true});
  std::size_t total = 0;
  std::size_t largest = 0;
  while (const auto piece = answer.next()) {
    total += piece->size();
    largest = std::max(largest, piece->size());
  }
  EXPECT_EQ(total, kSize);
  EXPECT_LT(largest, 1U << 20U);
}

// Packed twice, 256 bytes stand for many more than a page may have.
TEST_F(Streams, APieceThatUnpacksToAnyNumberOfBytesIsRefused) {
  const std::string once = gzip(std::string(256U << 20U, '\0'));
  ScriptedServer server(support::answer_all(coded_answer("gzip, gzip", gzip(once))));
  Response answer = session_.get(server.url(), {.stream = true});
  const auto read_all = [&] {
    while (answer.next()) {
    }
  };
  EXPECT_THAT(message_of<ContentDecodingError>(read_all), HasSubstr("unpacks to more than 16777216 bytes"));
  EXPECT_EQ(answer.next(), std::nullopt);
  EXPECT_EQ(stats().answered, 1U);
}

TEST_F(Streams, ALineWithoutEndIsRefused) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nshort\n");
    while (true) peer.send(std::string(64 * 1024, 'x'));
  });
  Response answer = session_.get(server.url(), {.stream = true, .max_body = 200'000});
  EXPECT_EQ(answer.next_line(), "short");
  EXPECT_THAT(message_of<std::length_error>([&] { answer.next_line(); }), HasSubstr("is longer than 200000 bytes"));
  EXPECT_EQ(stats().answered, 1U);
}

TEST_F(Streams, TextIsWhatIsLeft) {
  ScriptedServer server(support::answer_all(kChunkedHead + "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n"));
  EXPECT_EQ(session_.get(server.url(), {.stream = true}).text(), "firstsecond");
  EXPECT_THROW(session_.get(server.url(), {.stream = true, .max_body = 8}).text(), std::length_error);
}

TEST_F(Streams, RedirectsAreFollowedFirst) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 5\r\n\r\nmoved");
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhere");
    peer.read_request();
  });
  Response answer = session_.get(server.url(), {.stream = true});
  EXPECT_THAT(pieces_of(answer), ElementsAre("here"));
  EXPECT_EQ(answer.history().size(), 1U);
  EXPECT_EQ(tally().answered, 2U);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Streams, EventsComeOneByOne) {
  ScriptedServer server([](Peer& peer) {
    const std::string request = peer.read_request();
    EXPECT_THAT(request, HasSubstr("\r\nAccept: text/event-stream\r\n"));
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n: hello\n\nevent: price\nid: 1\ndata: 42\n");
    peer.send_slowly("\ndata: last\n\ndata: cut");
  });
  EventStream events = session_.events(server.url());
  const auto first = events.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type + "|" + first->data + "|" + first->id, "price|42|1");
  EXPECT_EQ(events.next()->data, "last");
  EXPECT_FALSE(events.next());
}

TEST_F(Streams, WhatSendsNoEventsIsRefused) {
  ScriptedServer page(support::answer_all("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"));
  EXPECT_EQ(message_of<InvalidAnswer>([&] { session_.events(page.url()); }), page.url() + " sends no events, but \"text/html\"");
  ScriptedServer missing(support::answer_all("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_THROW(session_.events(missing.url()), HttpError);
}

TEST_F(Streams, ThePartsOfTheTimeAddUp) {
  ScriptedServer server(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const Response answer = session_.get(server.url());
  const Timings parts = answer.timings();
  EXPECT_GT(parts.connect.count(), 0);
  EXPECT_GT(parts.wait.count(), 0);
  EXPECT_EQ(parts.tls.count(), 0);
  EXPECT_LE((parts.dns + parts.connect + parts.tls + parts.send + parts.wait + parts.receive).count(), answer.elapsed().count());
}

TEST_F(Streams, ASessionThatIsClosedConnectsAnew) {
  ScriptedServer server(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  session_.get(server.url());
  session_.close();
  session_.get(server.url());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(Streams, ASessionMayHaveAProxyOfItsOwn) {
  ScriptedServer proxy(support::answer_all("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nby proxy"));
  session_.proxies({{"http", proxy.url()}});
  EXPECT_EQ(session_.get("http://shop.example/").text(), "by proxy");
  session_.proxies({{"http", ""}});
  EXPECT_THROW(session_.get("http://127.0.0.1:" + std::to_string(support::unused_port()) + "/"), ConnectionError);
}

}  // namespace
}  // namespace loads::user
