// Web sockets as a virtual user has them: against servers that are scripted byte by byte.

#include "engine/websocket/socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include <loads/error.h>

#include "engine/websocket/deflate.h"
#include "engine/websocket/opening.h"
#include "support/client_harness.h"
#include "support/websocket_peer.h"

namespace loads::websocket {
namespace {

using namespace std::chrono_literals;
using metrics::SocketError;
using support::ClientHarness;
using support::close_text;
using support::message_of;
using support::Peer;
using support::PeerFrame;
using support::read_frame;
using support::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;

// A client, and in the body of run() an open socket that serves itself.
class Harness : public ClientHarness {
 public:
  using Body = std::function<void(Socket&)>;

  void run(const ScriptedServer& server, const Body& body, const WebSocketOptions& options = {}, MessageCallback callback = {}) {
    ClientHarness::run([&](http::Client& client) {
      const auto socket = open(client, server, options, std::move(callback));
      socket->start_serving(nullptr);
      const std::shared_ptr<void> leave(nullptr, [&](void*) { socket->leave(); });
      body(*socket);
    });
  }
  std::shared_ptr<Socket> open(http::Client& client, const ScriptedServer& server, const WebSocketOptions& options = {},
                               MessageCallback callback = {}) {
    const std::string url = "ws://" + server.address() + "/ws";
    session::Conversation session(client, settings);
    return websocket::open(context, session, {"", url}, options, make_proposal(options), std::move(callback));
  }

  metrics::SocketStats& sockets() { return recorder.slice().sockets; }
  std::uint64_t errors(SocketError kind) { return sockets().errors[static_cast<std::size_t>(kind)]; }
  session::ConversationSettings settings;
  void sleep(std::chrono::milliseconds time) { loop.sleep_until(fiber::Clock::now() + time); }
};

TEST(Socket, AMessageComesBack) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  harness.run(server, [](Socket& socket) {
    socket.send(false, "something");
    const Message text = socket.receive();
    EXPECT_EQ(text.data, "something");
    EXPECT_FALSE(text.is_binary());
    socket.send(true, "\xff");
    const Message bytes = socket.receive();
    EXPECT_EQ(bytes.data, "\xff");
    EXPECT_TRUE(bytes.is_binary());
  });
  const auto& stats = harness.sockets();
  EXPECT_EQ(stats.opened, 1U);
  EXPECT_EQ(stats.closed, 1U);
  EXPECT_EQ(stats.messages_sent, 2U);
  EXPECT_EQ(stats.messages_received, 2U);
  EXPECT_EQ(stats.bytes_sent, 10U);
  EXPECT_EQ(stats.bytes_received, 10U);
  EXPECT_EQ(stats.round_trips.count(), 2U);
  EXPECT_EQ(stats.failed(), 0U);
}

TEST(Socket, TheHandshakeIsARequestInTheReport) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  harness.run(server, [](Socket&) {});
  const auto& stats = harness.stats("GET /ws");
  EXPECT_EQ(stats.answered, 1U);
  EXPECT_EQ(stats.statuses.at(101), 1U);
  EXPECT_EQ(stats.connections, 1U);
}

TEST(Socket, FramesOfTheClientAreMaskedEachWithItsOwnKey) {
  std::promise<std::pair<std::string, std::string>> keys;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    const std::string first = peer.read(2 + 4 + 5);
    const std::string second = peer.read(2 + 4 + 5);
    keys.set_value({first.substr(2, 4), second.substr(2, 4)});
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [](Socket& socket) {
    socket.send(false, "Hello");
    socket.send(false, "Hello");
  });
  const auto [first, second] = keys.get_future().get();
  EXPECT_NE(first, second);
}

TEST(Socket, WhatComesWithTheAnswerToTheHandshakeIsReceived) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer, "", support::text_frame("welcome") + support::text_frame("and"));
    peer.send(support::text_frame("more"));
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [](Socket& socket) {
    EXPECT_EQ(socket.receive().data, "welcome");
    EXPECT_EQ(socket.receive().data, "and");
    EXPECT_EQ(socket.receive().data, "more");
  });
}

TEST(Socket, LargeMessagesGoBothWays) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  harness.run(server, [](Socket& socket) {
    for (const std::size_t size : {125U, 126U, 65535U, 65536U, 5'000'000U}) {
      const std::string data(size, 'x');
      socket.send(true, data);
      EXPECT_TRUE(socket.receive().data == data) << size;
    }
  });
}

TEST(Socket, MessagesThatComeInPiecesAreReceived) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.send_slowly(support::frame(0x01, "Hel") + support::ping_frame("") + support::frame(0x80, "lo"));
    read_frame(peer);  // the pong
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [](Socket& socket) { EXPECT_EQ(socket.receive().data, "Hello"); });
}

TEST(Socket, TheCallbackHasEachMessageBeforeItIsReceived) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  std::vector<std::string> seen;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "something");
        EXPECT_EQ(socket.receive().data, "something");
        EXPECT_THAT(seen, ElementsAre("something"));
        socket.send(false, "happened");
        socket.receive();
        EXPECT_THAT(seen, ElementsAre("something", "happened"));
      },
      {}, [&](const Message& message) { seen.push_back(message.data); });
}

TEST(Socket, TheCallbackRunsWhileTheTestWaitsForSomethingElse) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  std::vector<std::string> seen;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "a");
        socket.send(false, "b");
        while (seen.size() < 2) harness.sleep(1ms);
        EXPECT_EQ(socket.receive().data, "a");  // kept for whoever asks
        EXPECT_EQ(socket.receive().data, "b");
      },
      {}, [&](const Message& message) { seen.push_back(message.data); });
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST(Socket, ACallbackMayWaitAndSend) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  std::vector<std::string> seen;
  Socket* open = nullptr;
  harness.run(
      server,
      [&](Socket& socket) {
        open = &socket;
        socket.send(false, "x");
        while (seen.size() < 3) harness.sleep(1ms);
      },
      {},
      [&](const Message& message) {
        harness.sleep(2ms);
        seen.push_back(message.data);
        if (seen.size() < 3) open->send(false, message.data + "x");
      });
  EXPECT_THAT(seen, ElementsAre("x", "xx", "xxx"));
}

TEST(Socket, ReceivingInItsOwnCallbackIsAnErrorAndNoDeadlock) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  Socket* open = nullptr;
  std::string error;
  harness.run(
      server,
      [&](Socket& socket) {
        open = &socket;
        socket.send(false, "x");
        socket.receive();
      },
      {}, [&](const Message&) { error = message_of<std::logic_error>([&] { open->receive(); }); });
  EXPECT_EQ(error, "receive() cannot wait in the callback of its own socket");
}

TEST(Socket, AReceiveThatGetsNothingTimesOutAndTheSocketGoesOn) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  harness.run(server, [&](Socket& socket) {
    EXPECT_EQ(message_of<Timeout>([&] { socket.receive(20ms); }), "no message within 20ms from ws://" + server.address() + "/ws");
    EXPECT_TRUE(socket.is_open());
    socket.send(false, "x");
    EXPECT_EQ(socket.receive().data, "x");
  });
  EXPECT_EQ(harness.errors(SocketError::timeout), 1U);
}

TEST(Socket, PingsAreAnsweredWhateverTheTestDoes) {
  std::promise<std::string> pong;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::ping_frame("are you there"));
    const PeerFrame frame = read_frame(peer);
    pong.set_value(std::to_string(frame.first) + (frame.masked ? " masked " : " ") + frame.payload);
    support::echo(peer);
  });
  Harness harness;
  auto answer = pong.get_future();
  harness.run(server, [&](Socket&) {
    while (answer.wait_for(0s) != std::future_status::ready) harness.sleep(1ms);
  });
  EXPECT_EQ(answer.get(), "138 masked are you there");
}

TEST(Socket, APingCarriesItsPayloadAndItsPongIsNoMessage) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    const PeerFrame ping = read_frame(peer);
    peer.send(support::pong_frame(ping.payload) + support::text_frame(ping.payload));
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [](Socket& socket) {
    socket.ping("x");
    EXPECT_EQ(socket.receive().data, "x");
    EXPECT_EQ(message_of<InvalidRequest>([&] { socket.ping(std::string(126, 'x')); }), "a ping carries at most 125 bytes");
  });
}

TEST(Socket, PingsOfAnIntervalAreSentAndTheirPongsExpected) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    for (int i = 0; i < 3; ++i) peer.send(support::pong_frame(read_frame(peer).payload));
    peer.wait_until_closed();  // answers no more
  });
  Harness harness;
  harness.run(server,
              [&](Socket& socket) {
                EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
                          "ws://" + server.address() + "/ws has not answered a ping within 10ms");
              },
              {.ping_interval = 10ms});
  EXPECT_EQ(harness.errors(SocketError::no_pong), 1U);
}

TEST(Socket, APongThatIsNotReadForWantOfRoomIsNotMissed) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    for (int i = 0; i < 1500; ++i) peer.send(support::text_frame("x"));
    while (true) {
      const PeerFrame got = read_frame(peer);
      peer.send(support::frame((got.first & 0x0fU) == 9 ? 0x8a : 0x88, got.payload));
    }
  });
  Harness harness;
  harness.run(server,
              [&](Socket& socket) {
                harness.sleep(1000ms);
                for (int i = 0; i < 1500; ++i) ASSERT_EQ(socket.receive().data, "x");
              },
              {.ping_interval = 200ms});
  EXPECT_EQ(harness.errors(SocketError::no_pong), 0U);
}

TEST(Socket, ClosingIsAHandshake) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    const PeerFrame frame = read_frame(peer);
    peer.send(support::text_frame("one more") + support::close_frame(4000, "seen"));
    closed.set_value(close_text(frame.payload));
  });
  Harness harness;
  harness.run(server, [](Socket& socket) {
    socket.close(3001, "enough");
    EXPECT_FALSE(socket.is_open());
    EXPECT_EQ(socket.close_code(), 4000);
    EXPECT_EQ(socket.close_reason(), "seen");
    EXPECT_EQ(socket.receive().data, "one more");
    EXPECT_THROW(socket.receive(), ConnectionError);
    EXPECT_THROW(socket.send(false, "x"), ConnectionError);
    socket.close(1000, {});  // again: nothing
  });
  EXPECT_EQ(closed.get_future().get(), "3001 enough");
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

TEST(Socket, ACodeThatMayNotBeSentIsRefused) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  harness.run(server, [](Socket& socket) {
    EXPECT_EQ(message_of<InvalidRequest>([&] { socket.close(1006, {}); }), "a web socket cannot be closed with the code 1006");
    EXPECT_TRUE(socket.is_open());
  });
}

TEST(Socket, AServerThatClosesIsAnsweredAndTheTestTold) {
  std::promise<std::string> answer;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::text_frame("last") + support::close_frame(1001, "maintenance"));
    answer.set_value(close_text(read_frame(peer).payload));
  });
  Harness harness;
  harness.run(server, [&](Socket& socket) {
    EXPECT_EQ(socket.receive().data, "last");
    EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
              "the server closed ws://" + server.address() + "/ws: 1001, going away (maintenance)");
    EXPECT_EQ(socket.close_code(), 1001);
  });
  EXPECT_EQ(answer.get_future().get(), "1001");
  EXPECT_EQ(harness.sockets().failed(), 0U) << "it is the server's right";
}

TEST(Socket, AnEndWithoutACloseFrameIsAnError) {
  for (const auto leave : {&Peer::close, &Peer::reset}) {
    for (const std::string& last : {std::string(), std::string("\x81\x05Hel")}) {
      ScriptedServer server([&](Peer& peer) {
        support::accept_websocket(peer, "", last);
        read_frame(peer);
        (peer.*leave)();
      });
      Harness harness;
      harness.run(server, [&](Socket& socket) {
        socket.send(false, "x");
        EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }),
                  server.address() + " closed the connection of ws://" + server.address() + "/ws without a close frame");
        EXPECT_EQ(socket.close_code(), 1006);
      });
      EXPECT_EQ(harness.errors(SocketError::lost), 1U);
      EXPECT_EQ(harness.sockets().closed, 1U);
      EXPECT_EQ(harness.recorder.slice().problems.count(), 1U);
    }
  }
}

TEST(Socket, AServerThatBreaksTheRulesIsToldSo) {
  struct Case {
    std::string bytes;
    std::string words;
    std::string code;
    SocketError kind;
  };
  const Case cases[] = {
      {std::string("\x81\x81\x01\x02\x03\x04y", 7), "a frame of the server is masked", "1002", SocketError::violation},
      {support::frame(0x83, ""), "a frame has a reserved opcode", "1002", SocketError::violation},
      {support::text_frame("\xff"), "a text message is not valid UTF-8", "1007", SocketError::violation},
      {support::close_frame(1005), "a close frame carries the code 1005, which is not allowed", "1002", SocketError::violation},
      {support::text_frame(std::string(101, 'x')), "a message is larger than the 100 bytes of max_message", "1009", SocketError::too_large},
  };
  for (const Case& one : cases) {
    std::promise<std::string> told;
    ScriptedServer server([&](Peer& peer) {
      support::accept_websocket(peer);
      peer.send(one.bytes);
      told.set_value(close_text(read_frame(peer).payload));
    });
    Harness harness;
    harness.run(server,
                [&](Socket& socket) {
                  EXPECT_EQ(message_of<ConnectionError>([&] { socket.receive(); }), "ws://" + server.address() + "/ws: " + one.words);
                },
                {.max_message = 100});
    EXPECT_EQ(told.get_future().get(), one.code);
    EXPECT_EQ(harness.errors(one.kind), 1U) << one.words;
  }
}

TEST(Socket, AServerThatNeverClosesIsLeftInTheEnd) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.wait_until_closed();
  });
  Harness harness;
  harness.run(server, [](Socket& socket) {
    socket.close(1000, {});
    EXPECT_EQ(socket.close_code(), 1006);
  });
  EXPECT_EQ(harness.sockets().closed, 1U);
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

TEST(Socket, WithoutACallbackAServerIsNotReadFromUntilThereIsRoom) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    for (int i = 0; i < 5000; ++i) peer.send(support::text_frame(std::to_string(i) + std::string(10'000, 'x')));
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [&](Socket& socket) {
    harness.sleep(50ms);  // enough to fill any queue
    EXPECT_LT(harness.sockets().bytes_received, 3U << 20U);
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(socket.receive().data.starts_with(std::to_string(i) + "x"));
  });
}

TEST(Socket, WhatUnpacksToMuchWaitsToo) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    Deflater deflater(true);
    std::string all;
    for (int i = 0; i < 100; ++i) {
      std::string packed;
      deflater.append(std::string(1U << 20U, '\0'), packed);
      all += support::frame(0xc2, packed);
    }
    peer.send(all);
    support::echo(peer);
  });
  Harness harness;
  harness.run(server,
              [&](Socket& socket) {
                for (int i = 0; i < 100; ++i) {
                  ASSERT_EQ(socket.receive().data.size(), 1U << 20U);
                  harness.loop.yield();
                  ASSERT_LE(harness.sockets().messages_received, static_cast<std::uint64_t>(i) + 8);
                }
              },
              {.compression = true});
}

TEST(Socket, WithACallbackTheOldestAreDroppedAndReceivingSaysSo) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    std::string all;
    for (int i = 0; i < 1500; ++i) all += support::text_frame(std::to_string(i));
    peer.send(all);
    support::echo(peer);
  });
  Harness harness;
  int seen = 0;
  harness.run(
      server,
      [&](Socket& socket) {
        while (seen < 1500) harness.sleep(1ms);
        EXPECT_THAT(message_of<std::length_error>([&] { socket.receive(); }), HasSubstr("476 messages of ws://"));
        EXPECT_EQ(socket.receive().data, "476");
      },
      {}, [&](const Message&) { ++seen; });
}

TEST(Socket, SeveralFibersSendWholeFrames) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  const std::string large(3'000'000, 'l');
  int received = 0;
  harness.run(server, [&](Socket& socket) {
    bool done = false;
    fiber::Fiber& other = harness.loop.spawn([&] {
      for (int i = 0; i < 5; ++i) socket.send(true, large);
      done = true;
    });
    for (int i = 0; i < 5; ++i) socket.send(false, "small");
    for (; received < 10; ++received) {
      const Message message = socket.receive();
      EXPECT_TRUE(message.is_binary() ? message.data == large : message.data == "small");
    }
    EXPECT_TRUE(done);
    static_cast<void>(other);
  });
}

TEST(Socket, ASendThatIsNotTakenTimesOut) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    std::this_thread::sleep_for(10ms);
    peer.read(1);
    std::promise<void>().get_future().wait_for(300ms);  // reads no more
  });
  Harness harness;
  harness.run(server,
              [&](Socket& socket) {
                EXPECT_EQ(message_of<Timeout>([&] {
                            while (true) socket.send(true, std::string(1'000'000, 'x'));
                          }),
                          "what was sent to ws://" + server.address() + "/ws was not taken within 100ms");
                EXPECT_FALSE(socket.is_open());
              },
              {.timeout = 100ms});
  EXPECT_EQ(harness.errors(SocketError::timeout), 1U);
}

TEST(Socket, CompressedMessagesGoBothWays) {
  std::promise<std::string> offer;
  ScriptedServer server([&](Peer& peer) {
    offer.set_value(support::header_of(support::accept_websocket(peer, "Sec-WebSocket-Extensions: permessage-deflate\r\n"),
                                       "Sec-WebSocket-Extensions"));
    support::echo(peer);  // packed as they are, which both sides' contexts fit
  });
  Harness harness;
  harness.run(server,
              [](Socket& socket) {
                EXPECT_TRUE(socket.is_compressed());
                for (const std::string& text : {std::string("Hello"), std::string(100'000, 'x'), std::string(), std::string("Hello")}) {
                  socket.send(false, text);
                  EXPECT_TRUE(socket.receive().data == text);
                }
              },
              {.compression = true});
  EXPECT_EQ(offer.get_future().get(), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(harness.sockets().bytes_sent, 100'010U) << "the messages', not the frames'";
  EXPECT_LT(server.bytes_received(), 2000U);
}

TEST(Socket, SubprotocolsAndHeadersAreAskedFor) {
  std::promise<std::string> head;
  ScriptedServer server([&](Peer& peer) {
    head.set_value(support::accept_websocket(peer, "Sec-WebSocket-Protocol: chat.v2\r\n"));
    support::echo(peer);
  });
  Harness harness;
  harness.run(server, [](Socket& socket) { EXPECT_EQ(socket.protocol(), "chat.v2"); },
              {.protocols = {"chat.v1", "chat.v2"}, .headers = {{"Origin", "http://example.org"}}, .name = "chat"});
  const std::string sent = head.get_future().get();
  EXPECT_THAT(sent, HasSubstr("\r\nSec-WebSocket-Protocol: chat.v1, chat.v2\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nOrigin: http://example.org\r\n"));
  EXPECT_THAT(sent, HasSubstr("\r\nHost: " + server.address() + "\r\n"));
  EXPECT_EQ(harness.stats("chat").answered, 1U);
}

TEST(Socket, AnAnswerThatIsNoWebSocketIsAnErrorInWords) {
  ScriptedServer server(support::answer_all("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno room"));
  Harness harness;
  harness.ClientHarness::run([&](http::Client& client) {
    EXPECT_EQ(message_of<ConnectionError>([&] { harness.open(client, server); }),
              "ws://" + server.address() + "/ws gives no web socket: the server answered 404 Not Found: no room");
  });
  EXPECT_EQ(harness.errors(SocketError::refused), 1U);
  EXPECT_EQ(harness.sockets().opened, 0U);
  EXPECT_EQ(harness.stats("GET /ws").statuses.at(404), 1U);
}

TEST(Socket, AWrongHandshakeIsRefused) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n");
    peer.wait_until_closed();
  });
  Harness harness;
  harness.ClientHarness::run([&](http::Client& client) {
    EXPECT_THAT(message_of<ConnectionError>([&] { harness.open(client, server); }), HasSubstr("Sec-WebSocket-Accept does not belong"));
  });
}

TEST(Socket, LeavingTellsTheServerAndRunsNoCallbackAnyMore) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    closed.set_value(close_text(read_frame(peer).payload));
    peer.send(support::text_frame("too late") + support::close_frame(1000));
  });
  Harness harness;
  int called = 0;
  harness.run(
      server, [](Socket&) {}, {}, [&](const Message&) { ++called; });
  EXPECT_EQ(closed.get_future().get(), "1000");
  EXPECT_EQ(called, 0);
  EXPECT_EQ(harness.sockets().closed, 1U);
}

TEST(Socket, ACallbackThatWaitsIsEndedBeforeTheSocketGoes) {
  ScriptedServer server(support::echo_server());
  Harness harness;
  bool begun = false;
  bool unwound = false;
  harness.run(
      server,
      [&](Socket& socket) {
        socket.send(false, "x");
        while (!begun) harness.sleep(1ms);
        socket.leave();
        EXPECT_TRUE(unwound);
      },
      {},
      [&](const Message&) {
        const std::shared_ptr<void> note(nullptr, [&](void*) { unwound = true; });
        begun = true;
        harness.sleep(1h);
      });
  EXPECT_TRUE(unwound);
}

TEST(Socket, BehindACallbackThatWasCutOffTheServerIsStillUnderstood) {
  const std::string second = support::binary_frame("\xff\xff\xff\xff");
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::text_frame("first") + second.substr(0, 3));
    read_frame(peer);
    peer.send(second.substr(3) + support::close_frame(1000));
  });
  Harness harness;
  bool begun = false;
  harness.run(
      server,
      [&](Socket& socket) {
        while (!begun) harness.sleep(1ms);
        socket.leave();
        EXPECT_EQ(socket.close_code(), 1000);
      },
      {},
      [&](const Message&) {
        begun = true;
        harness.sleep(1h);
      });
  EXPECT_EQ(harness.sockets().failed(), 0U);
}

// The socket's own fiber ends while another one is in the middle of reading, and then the connection has something to say.
TEST(Socket, AnotherFiberMayLeaveWhileOneReads) {
  ScriptedServer server([](Peer& peer) {
    support::accept_websocket(peer);
    peer.send(support::binary_frame(std::string(1U << 20U, 'x')));
    peer.wait_until_closed();
  });
  Harness harness;
  bool begun = false;
  bool left = false;
  harness.run(
      server,
      [&](Socket& socket) {
        harness.loop.spawn([&] {
          while (!begun) harness.sleep(1ms);
          socket.leave();
          left = true;
        });
        EXPECT_EQ(socket.receive().data.size(), 1U << 20U);
        EXPECT_TRUE(left);
      },
      {},
      [&](const Message&) {
        begun = true;
        while (!left) harness.sleep(1ms);
        harness.sleep(20ms);
      });
}

TEST(Socket, ARunThatIsCutLeavesNothingBehind) {
  std::promise<std::string> closed;
  ScriptedServer server([&](Peer& peer) {
    support::accept_websocket(peer);
    closed.set_value(close_text(read_frame(peer).payload));
  });
  Harness harness;
  const std::size_t before = support::open_descriptors();
  harness.loop.spawn([&] {
    http::Client client(harness.context);
    const auto socket = harness.open(client, server);
    socket->start_serving(nullptr);
    const std::shared_ptr<void> leave(nullptr, [&](void*) { socket->leave(); });
    harness.loop.post([&] { harness.loop.cancel_all(); });
    socket->receive(1h);
    ADD_FAILURE() << "it was cut";
  });
  harness.loop.run();
  EXPECT_EQ(closed.get_future().get(), "1001");
  EXPECT_LE(support::open_descriptors(), before + 1);  // the server's end may still be there
}

}  // namespace
}  // namespace loads::websocket
