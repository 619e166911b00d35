#include "examples/target/request_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace loads::target {
namespace {

using State = RequestReader::State;

TEST(RequestReader, ReadsMethodTargetAndCookie) {
  RequestReader reader;
  const std::string_view bytes = "PUT /a?b=1 HTTP/1.1\r\nHost: x\r\nCookie: id=abc\r\n\r\n";
  const auto result = reader.feed(bytes);
  EXPECT_EQ(result.state, State::complete);
  EXPECT_EQ(result.used, bytes.size());
  EXPECT_EQ(reader.request().method, "PUT");
  EXPECT_EQ(reader.request().target, "/a?b=1");
  EXPECT_EQ(reader.request().cookie, "id=abc");
  EXPECT_TRUE(reader.request().keep_alive);
  EXPECT_FALSE(reader.request().websocket);
}

TEST(RequestReader, ReadsARequestThatComesByteByByte) {
  RequestReader reader;
  const std::string bytes = "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
  std::string waiting;
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    waiting += bytes[index];
    const auto result = reader.feed(waiting);
    waiting.erase(0, result.used);
    ASSERT_EQ(result.state, index + 1 == bytes.size() ? State::complete : State::incomplete) << "after byte " << index;
  }
  EXPECT_EQ(reader.request().body, "hello world");
}

TEST(RequestReader, LeavesTheNextRequestAlone) {
  RequestReader reader;
  const std::string_view first = "POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  const std::string both = std::string(first) + "GET /b HTTP/1.0\r\n\r\n";
  const auto result = reader.feed(both);
  ASSERT_EQ(result.state, State::complete);
  EXPECT_EQ(result.used, first.size());
  EXPECT_EQ(reader.request().body, "abc");

  reader.next();
  ASSERT_EQ(reader.feed(std::string_view(both).substr(result.used)).state, State::complete);
  EXPECT_EQ(reader.request().target, "/b");
  EXPECT_EQ(reader.request().body, "");
  EXPECT_FALSE(reader.request().keep_alive);
}

TEST(RequestReader, ReadsManyChunksAtOnce) {
  RequestReader reader;
  std::string bytes = "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int chunk = 0; chunk < 100; ++chunk) {
    bytes += "2\r\nab\r\n";
  }
  const auto result = reader.feed(bytes + "0\r\n\r\n");
  EXPECT_EQ(result.state, State::complete);
  EXPECT_EQ(reader.request().body.size(), 200u);
}

TEST(RequestReader, KnowsWhoWantsAWebSocket) {
  RequestReader reader;
  reader.feed("GET /ws HTTP/1.1\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n\r\n");
  EXPECT_TRUE(reader.request().websocket);
}

TEST(RequestReader, AnotherUpgradeIsAnOrdinaryRequest) {
  RequestReader reader;
  reader.feed("GET / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
  EXPECT_FALSE(reader.request().websocket);
}

TEST(RequestReader, AsksOnceForTheBodyThatWaitsForIt) {
  RequestReader reader;
  EXPECT_FALSE(reader.take_expectation());
  reader.feed("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(reader.take_expectation());
  EXPECT_FALSE(reader.take_expectation());
}

TEST(RequestReader, RefusesWhatIsNotHttp) {
  RequestReader reader;
  EXPECT_EQ(reader.feed("\x16\x03\x01 this is TLS or worse\r\n\r\n").state, State::malformed);
}

TEST(RequestReader, RefusesAnEndlessHead) {
  RequestReader reader;
  std::string bytes = "GET / HTTP/1.1\r\n";
  while (bytes.size() < 2 * RequestReader::kMaxHead) {
    bytes += "X-More: and more\r\n";
  }
  EXPECT_EQ(reader.feed(bytes).state, State::too_large);
}

TEST(RequestReader, RefusesABodyThatIsAnnouncedTooLarge) {
  RequestReader reader;
  EXPECT_EQ(reader.feed("POST /echo HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n").state, State::too_large);
}

TEST(RequestReader, AnyBytesAreSafe) {
  std::mt19937 random(7);
  const std::string seed =
      "POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nUpgrade: websocket\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  int complete = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = seed;
    for (int change = 0; change < round % 4; ++change) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    RequestReader reader;
    const auto result = reader.feed(bytes);
    ASSERT_LE(result.used, bytes.size());
    complete += result.state == State::complete ? 1 : 0;
  }
  EXPECT_LT(complete, 5000);
}

}  // namespace
}  // namespace loads::target
