// Answers of every framing, over real sockets.

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using support::answer_all;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;

std::string with_length(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string chunked(const std::string& body, std::size_t chunk) {
  std::string out = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", std::min(chunk, body.size() - at));
    out += size + body.substr(at, chunk) + "\r\n";
  }
  return out + "0\r\n\r\n";
}

std::string bytes(std::size_t count) {
  std::string text(count, ' ');
  for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>('a' + i * 7 % 26);
  return text;
}

TEST(Body, OfAGivenLengthIsReadToItsEndAndNotFurther) {
  ScriptedServer server(answer_all(with_length("hello")));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "hello");
  });
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Body, UpToTheEndOfTheConnectionMayComeTogetherWithThatEnd) {
  for (const std::size_t size : {0U, 1U, 100U, 16383U, 16384U, 131072U, 500000U}) {
    const std::string body = bytes(size);
    ScriptedServer server([&](Peer& peer) {
      peer.read_request();
      peer.send("HTTP/1.1 200 OK\r\n\r\n" + body);
    });
    ClientHarness harness;
    EXPECT_EQ(harness.get(server.url()).text(), body) << size;
  }
}

TEST(Body, UpToTheEndOfTheConnectionMayEndLaterThanItsLastByte) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send_slowly("HTTP/1.1 200 OK\r\n\r\nlate", 4);
    peer.finish_sending();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "late");
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Body, OfAnHttp10AnswerEndsWithTheConnection) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold");
  });
  ClientHarness harness;
  EXPECT_EQ(harness.get(server.url()).text(), "old");
}

TEST(Body, IsTheSameHoweverItIsChunked) {
  const std::string body = bytes(1000);
  for (const std::size_t chunk : {1U, 2U, 15U, 16U, 17U, 255U, 256U, 999U, 1000U}) {
    ScriptedServer server(answer_all(chunked(body, chunk)));
    ClientHarness harness;
    harness.run([&](Client& client) {
      EXPECT_EQ(support::get(client, server.url()).text(), body) << chunk;
      EXPECT_EQ(support::get(client, server.url()).text(), body) << chunk;
    });
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST(Body, MayDrip) {
  for (const std::string& answer : {with_length("dripping"), chunked("dripping", 3), chunked("", 1)}) {
    ScriptedServer server([&](Peer& peer) {
      peer.read_request();
      peer.send_slowly(answer);
      peer.read_request();
    });
    ClientHarness harness;
    const Response response = harness.get(server.url());
    EXPECT_EQ(response.text(), response.size() > 0 ? "dripping" : "");
  }
}

TEST(Body, IsAbsentFromAnswersThatCannotHaveOne) {
  ScriptedServer server([](Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      if (request.starts_with("HEAD ")) peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
      if (request.starts_with("GET /204")) peer.send("HTTP/1.1 204 No Content\r\nContent-Length: 1000\r\n\r\n");
      if (request.starts_with("GET /304")) peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n");
    }
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    const Response head = support::request(client, "HEAD", server.url());
    EXPECT_EQ(head.header("content-length"), "1000");
    EXPECT_EQ(head.size(), 0U);
    EXPECT_EQ(support::get(client, server.url("/204")).status_code(), 204);
    EXPECT_EQ(support::get(client, server.url("/304")).size(), 0U);
  });
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Body, BelongsToTheFinalAnswerAndNotToInterimOnes) {
  ScriptedServer server(answer_all("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + with_length("final")));
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 2; ++i) {
      const Response response = support::get(client, server.url());
      EXPECT_EQ(response.status_code(), 200);
      EXPECT_EQ(response.text(), "final");
      EXPECT_EQ(response.header("X-Early"), "");
      EXPECT_EQ(response.header_count(), 1U);
    }
  });
  EXPECT_EQ(server.connections(), 1U);
}

TEST(Body, OfAnySizeIsCountedAndKeptUpToTheLimit) {
  for (const std::size_t size : {0U, 1U, 65536U, 1U << 20U, (1U << 20U) + 1U, 5U << 20U}) {
    const std::string body = bytes(size);
    ScriptedServer server([&](Peer& peer) {
      for (const std::string& answer : {with_length(body), chunked(body, 100000), "HTTP/1.1 200 OK\r\n\r\n" + body}) {
        peer.read_request();
        peer.send(answer);
      }
    });
    ClientHarness harness;
    harness.run([&](Client& client) {
      for (int framing = 0; framing < 3; ++framing) {
        const Response response = support::get(client, server.url());
        EXPECT_EQ(response.size(), size);
        if (size <= 1U << 20U) {
          EXPECT_TRUE(response.text() == body) << size << " framing " << framing;
        } else {
          EXPECT_EQ(message_of<std::length_error>([&] { response.text(); }),
                    "the body of " + server.url() + " has " + std::to_string(size) +
                        " bytes, of which 1048576 were kept: ask for more with .max_body");
        }
      }
    });
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST(Body, OfFiftyMegabytesIsReceivedWithoutBeingKept) {
  constexpr std::size_t kSize = 50U << 20U;
  const std::string body = bytes(kSize);
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    peer.send(body);
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    peer.send(body);
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    Answer* answer = client.request("GET", "", server.url(), nullptr);
    const Response kept(answer);
    EXPECT_EQ(kept.size(), kSize);
    EXPECT_LE(answer->body.capacity(), 2U << 20U);
    EXPECT_THROW(kept.text(), std::length_error);
    const Response all = support::request(client, "GET", server.url(), {.max_body = 1U << 30U});
    EXPECT_TRUE(all.text() == body);
  });
}

TEST(Body, ThatIsLongerThanAnnouncedEndsTheConnection) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(with_length("hello") + "surplus");
    peer.wait_until_closed();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "hello");
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Body, BytesThatComeUnaskedLaterEndTheConnectionToo) {
  std::atomic<int> surplus{0};
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send_slowly(with_length("hello"), 1000);
    peer.send("surplus");
    ++surplus;
    peer.wait_until_closed();
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    for (int i = 1; i <= 3; ++i) {
      EXPECT_EQ(support::get(client, server.url()).text(), "hello");
      harness.wait_until([&] { return surplus == i; });
      harness.loop.sleep_until(fiber::Clock::now() + std::chrono::milliseconds(50));
    }
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Body, AHeadMayDripByteByByte) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send_slowly("HTTP/1.1 200 Very OK\r\nX-A: 1\r\nX-B: 2\r\nContent-Length: 2\r\n\r\nok");
  });
  ClientHarness harness;
  const Response response = harness.get(server.url());
  EXPECT_EQ(response.reason(), "Very OK");
  EXPECT_EQ(response.header("x-b"), "2");
  EXPECT_EQ(response.text(), "ok");
}

TEST(Body, MalformedAnswersAreErrorsOfTheServer) {
  for (const std::string& answer :
       {std::string("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"), std::string("HTTP/1.1 abc\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), "HTTP/1.1 200 OK\r\nX: " + std::string(100000, 'x')}) {
    ScriptedServer server([&](Peer& peer) {
      peer.read_request();
      peer.send(answer);
      peer.wait_until_closed();
    });
    ClientHarness harness;
    const std::string message = message_of<InvalidAnswer>([&] { harness.get(server.url()); });
    EXPECT_TRUE(message.starts_with("the answer of " + server.address() + " cannot be read: ")) << message;
    EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(metrics::RequestError::bad_answer)], 1U);
    EXPECT_EQ(harness.all().answered, 0U);
  }
}

TEST(Body, AnEarlyAnswerToALargeUploadCounts) {
  ScriptedServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    const std::string upload = bytes(30U << 20U);
    const Response response = support::request(client, "POST", server.url(), {.data = upload});
    EXPECT_EQ(response.status_code(), 413);
    EXPECT_EQ(response.text(), "big");
  });
  EXPECT_EQ(harness.all().answered, 1U);
}

TEST(Body, AnEarlyAnswerCountsEvenWhenTheServerKeepsTheConnectionAndReadsNoMore) {
  ScriptedServer server([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  });
  ClientHarness harness;
  harness.run([&](Client& client) {
    const std::string upload = bytes(30U << 20U);
    EXPECT_EQ(support::request(client, "POST", server.url(), {.data = upload}).status_code(), 413);
  });
}

TEST(Body, ALargeUploadArrivesWhole) {
  const std::string upload = bytes(20U << 20U);
  std::string arrived;
  ScriptedServer server([&](Peer& peer) {
    arrived = peer.read_request();
    peer.send(with_length("thanks"));
    peer.wait_until_closed();
  });
  ClientHarness harness;
  harness.run([&](Client& client) { EXPECT_EQ(support::request(client, "POST", server.url(), {.data = upload}).text(), "thanks"); });
  EXPECT_TRUE(std::string_view(arrived).ends_with(upload));
  EXPECT_EQ(harness.all().bytes_sent, arrived.size());
}

}  // namespace
}  // namespace loads::http
