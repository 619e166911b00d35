// Web sockets of virtual users: in a share of a plan, and in a test that GoogleTest runs alone.

#include <loads/websocket.h>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/guard/running.h"
#include "engine/user/thread_share.h"
#include "support/client_harness.h"
#include "support/gate.h"
#include "support/websocket_peer.h"

namespace loads::user {
namespace {

using metrics::Outcome;
using metrics::SocketError;
using support::message_of;
using support::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;

template <typename Test>
const TestInfo* info_of() {
  static const TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
  return &info;
}

Settings settings_for(const ScriptedServer& server) {
  Settings settings;
  settings.threads = 2;
  settings.server_url = server.url();
  return settings;
}

// Runs a share to its end, or, when `cut_when` comes true, to its cut.
template <typename Test>
metrics::Slice run(
    const ScriptedServer& server, plan::Step step, const std::function<bool()>& cut_when = [] { return false; }) {
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.steps = {step};
  metrics::Totals totals;
  ThreadShare share(
      plan, {info_of<Test>()}, settings_for(server), [&](metrics::Slice&& slice) { totals.add(slice); },
      [](std::uint32_t, std::chrono::duration<double>) {});
  share.start();
  while (!cut_when() && !share.wait_for(std::chrono::milliseconds(1))) {
  }
  if (cut_when()) share.cut();
  while (!share.wait_for(std::chrono::milliseconds(100))) {
  }
  return totals.all();
}

plan::Step hits(std::uint32_t users, std::uint64_t count) { return {users, count, std::nullopt}; }

// The guide's.
struct Guide : TestCase {
  void TestBody() override {
    std::vector<std::string> results;
    auto ws = create_ws("/ws", [&](const Message& m) { results.push_back(m.data); });
    ws.send("something");
    ws.receive();
    ws.send("happened");
    ws.receive();
    while (results.size() < 2) std::this_thread::sleep_for(100ms);
    EXPECT_THAT(results, ElementsAre("something", "happened"));
  }
};

TEST(WebSockets, TheGuidesExampleRunsForManyUsers) {
  ScriptedServer server(support::echo_server());
  const metrics::Slice all = run<Guide>(server, hits(10, 5));
  EXPECT_EQ(all.runs(Outcome::success), 50U);
  EXPECT_EQ(all.sockets.opened, 50U);
  EXPECT_EQ(all.sockets.closed, 50U);
  EXPECT_EQ(all.sockets.messages_received, 100U);
  EXPECT_EQ(all.sockets.bytes_received, 50U * 17);
  EXPECT_EQ(all.sockets.round_trips.count(), 100U);
  EXPECT_EQ(all.requests.at("GET /ws").answered, 50U);
  EXPECT_EQ(all.sockets.failed(), 0U);
}

struct OnlySleeps : TestCase {
  void TestBody() override {
    std::vector<std::string> results;
    auto ws = create_ws("/ws", [&](const Message& m) { results.push_back(m.data); });
    ws.send("something");
    while (results.empty()) std::this_thread::sleep_for(1ms);
  }
};

TEST(WebSockets, TheCallbackRunsWhileTheTestSleeps) {
  ScriptedServer server(support::echo_server());
  EXPECT_EQ(run<OnlySleeps>(server, hits(5, 2)).runs(Outcome::success), 10U);
}

bool is_on_stack_of(const guard::Running* test, const void* local) {
  return test != nullptr && test->stack_begin <= local && local < test->stack_end;
}

// The callback answers for itself, whatever runs when it is called, and wherever it is left.
struct LooksWhoRuns : TestCase {
  void TestBody() override {
    int seen = 0;
    auto ws = create_ws("/ws", [&](const Message&) {
      const int here = 0;
      EXPECT_TRUE(is_on_stack_of(guard::running(), &here));
      std::this_thread::sleep_for(1ms);
      EXPECT_TRUE(is_on_stack_of(guard::running(), &here));
      EXPECT_STREQ(guard::running()->test_name, "test");
      ++seen;
    });
    ws.send("one");
    while (seen < 1) {
      std::this_thread::sleep_for(1ms);
      EXPECT_TRUE(is_on_stack_of(guard::running(), &seen));
    }
  }
};

TEST(WebSockets, TheTestOfACallbackAnswersForIt) {
  ScriptedServer server(support::echo_server());
  EXPECT_EQ(run<LooksWhoRuns>(server, hits(5, 2)).runs(Outcome::success), 10U);
}

struct FailsInCallback : TestCase {
  void TestBody() override {
    bool called = false;
    auto ws = create_ws("/ws", [&](const Message& m) {
      called = true;
      if (user().index() % 3 == 0) {
        EXPECT_EQ(m.data, "other");
      }
      if (user().index() % 3 == 1) throw std::out_of_range("far out");
    });
    ws.send("x");
    while (!called) sleep_for(1ms);
    EXPECT_EQ(ws.receive().data, "x");
  }
};

TEST(WebSockets, WhatGoesWrongInACallbackBelongsToTheRunOfItsUser) {
  ScriptedServer server(support::echo_server());
  const metrics::Slice all = run<FailsInCallback>(server, hits(9, 4));
  EXPECT_EQ(all.runs(Outcome::failure), 12U);
  EXPECT_EQ(all.runs(Outcome::error), 12U);
  EXPECT_EQ(all.runs(Outcome::success), 12U);
  EXPECT_EQ(all.problems.kinds(), 2U);
}

// Opened for the whole life of the user, and left open.
struct KeepsOpen : TestCase {
  void SetUpUser() override {
    for (auto& ws : sockets_) ws = create_ws("/ws");
  }
  void TestBody() override {
    for (auto& ws : sockets_) ws.send("x");
    for (auto& ws : sockets_) EXPECT_EQ(ws.receive().data, "x");
  }
  std::array<WebSocket, 3> sockets_;
};

TEST(WebSockets, ThoseOfAUsersLifeAreClosedAtItsEnd) {
  ScriptedServer server(support::echo_server());
  const metrics::Slice all = run<KeepsOpen>(server, hits(4, 10));
  EXPECT_EQ(all.runs(Outcome::success), 40U);
  EXPECT_EQ(all.sockets.opened, 12U);
  EXPECT_EQ(all.sockets.closed, 12U);
  EXPECT_EQ(server.connections(), 12U);
}

// The handle goes when the program does.
struct Leaks : TestCase {
  void TestBody() override { kept().push_back(create_ws("/ws")); }
  static std::vector<WebSocket>& kept() {
    thread_local std::vector<WebSocket> sockets;
    return sockets;
  }
};

TEST(WebSockets, OneThatOutlivesItsUserIsClosedAndSaysSo) {
  std::atomic<int> closed{0};
  ScriptedServer server([&](support::Peer& peer) {
    support::accept_websocket(peer);
    const auto frame = support::read_frame(peer);
    if ((frame.first & 0x0fU) == 8) ++closed;
    peer.send(support::frame(0x88, frame.payload));
  });
  const metrics::Slice all = run<Leaks>(server, hits(2, 3));
  EXPECT_EQ(all.sockets.closed, 6U);
  EXPECT_EQ(closed, 6);
}

struct LeaksTwo : Leaks {
  void TestBody() override {
    Leaks::TestBody();
    Leaks::TestBody();
  }
};

// The first is answered only when the second has said good-bye, too.
TEST(WebSockets, ThoseOfAUserAreLeftAtOnce) {
  support::Gate second_has_left;
  std::atomic<bool> first_was_waited_for{false};
  ScriptedServer server([&](support::Peer& peer) {
    support::accept_websocket(peer);
    const auto frame = support::read_frame(peer);
    if (peer.index() > 0) {
      second_has_left.open();
    } else {
      second_has_left.wait();
      char byte = 0;
      first_was_waited_for = ::recv(peer.descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
    }
    peer.send(support::frame(0x88, frame.payload));
  });
  const metrics::Slice all = run<LeaksTwo>(server, hits(1, 1));
  EXPECT_EQ(all.sockets.closed, 2U);
  EXPECT_TRUE(first_was_waited_for);
}

struct Refused : TestCase {
  void TestBody() override { create_ws("/ws"); }
};

TEST(WebSockets, AHandshakeThatFailsIsOneErrorUnderItsRequest) {
  ScriptedServer server(support::answer_all("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
  const metrics::Slice all = run<Refused>(server, hits(2, 3));
  EXPECT_EQ(all.runs(Outcome::error), 6U);
  const auto problems = all.problems.worst_first();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].count, 6U);
  EXPECT_EQ(problems[0].request, "GET /ws");
  EXPECT_EQ(problems[0].blame, metrics::ErrorClass::target);
  EXPECT_THAT(problems[0].message, HasSubstr("gives no web socket: the server answered 403 Forbidden: no"));
  EXPECT_EQ(all.sockets.errors[static_cast<std::size_t>(SocketError::refused)], 6U);
  EXPECT_TRUE(all.unread_statuses.empty());
}

struct WaitsForever : TestCase {
  static inline std::atomic<int> called_back{0};
  void TestBody() override {
    auto ws = create_ws("/ws", [this](const Message&) {
      ++called_back;
      sleep_for(1h);
    });
    ws.send("x");
    ws.receive(1h);
  }
};

TEST(WebSockets, ARunIsCutWhateverItsSocketsWaitFor) {
  ScriptedServer server(support::echo_server());
  WaitsForever::called_back = 0;
  const metrics::Slice all = run<WaitsForever>(server, hits(4, 1), [] { return WaitsForever::called_back == 4; });
  EXPECT_EQ(all.runs(Outcome::cut), 4U);
  EXPECT_EQ(all.sockets.opened, all.sockets.closed);
}

struct UsesCookies : TestCase {
  void TestBody() override {
    session.get("/login");
    auto ws = create_ws("/ws");
    EXPECT_EQ(ws.receive().data, "id=4711");
  }
};

TEST(WebSockets, TheHandshakeCarriesTheCookiesOfTheSession) {
  ScriptedServer server([](support::Peer& peer) {
    std::string head = peer.read_request();
    for (; head.starts_with("GET /login"); head = peer.read_request()) {
      peer.send("HTTP/1.1 200 OK\r\nSet-Cookie: id=4711\r\nContent-Length: 0\r\n\r\n");
    }
    peer.send(support::upgrade_answer(head) + support::text_frame(support::header_of(head, "Cookie")));
    support::echo(peer);
  });
  EXPECT_EQ(run<UsesCookies>(server, hits(2, 2)).runs(Outcome::success), 4U);
}

// Outside of a load test: no loop runs between two calls.
struct Alone : TestCase {
  void TestBody() override {}
  using TestCase::create_ws;
  using TestCase::sleep_for;
};

TEST(WebSocketsAlone, TheGuidesExampleRuns) {
  ScriptedServer server(support::echo_server());
  Alone test;
  std::vector<std::string> results;
  auto ws = test.create_ws("ws://" + server.address() + "/ws", [&](const Message& m) { results.push_back(m.data); });
  ws.send("something");
  ws.receive();
  ws.send("happened");
  ws.receive();
  EXPECT_THAT(results, ElementsAre("something", "happened"));
}

TEST(WebSocketsAlone, SleepingServesThem) {
  ScriptedServer server(support::echo_server());
  Alone test;
  std::vector<std::string> results;
  auto ws = test.create_ws("ws://" + server.address() + "/ws", [&](const Message& m) { results.push_back(m.data); });
  ws.send("something");
  while (results.empty()) test.sleep_for(1ms);
  ws.send("happened");
  while (results.size() < 2) std::this_thread::sleep_for(1ms);
  EXPECT_THAT(results, ElementsAre("something", "happened"));
}

TEST(WebSocketsAlone, AnExceptionInTheCallbackFailsTheTest) {
  ScriptedServer server(support::echo_server());
  Alone test;
  auto ws = test.create_ws("ws://" + server.address() + "/ws", [](const Message&) { throw std::out_of_range("far out"); });
  ws.send("x");
  EXPECT_NONFATAL_FAILURE(ws.receive(), "the callback of a web socket threw far out");
}

TEST(WebSocketsAlone, AHandleMovesAndADefaultOneIsClosed) {
  ScriptedServer server(support::echo_server());
  Alone test;
  WebSocket ws;
  EXPECT_FALSE(ws.is_open());
  EXPECT_EQ(message_of<ConnectionError>([&] { ws.send("x"); }), "this web socket was not opened");
  ws = test.create_ws("ws://" + server.address() + "/ws", {}, {.protocols = {}});
  WebSocket other = std::move(ws);
  EXPECT_TRUE(other.is_open());
  EXPECT_EQ(other.close_code(), 0);
  other.close(3000, "done");
  EXPECT_FALSE(other.is_open());
  EXPECT_EQ(other.close_code(), 3000);
  EXPECT_EQ(other.close_reason(), "done");
}

TEST(WebSocketsAlone, TextHasToBeUtf8) {
  ScriptedServer server(support::echo_server());
  Alone test;
  auto ws = test.create_ws("ws://" + server.address() + "/ws");
  EXPECT_EQ(message_of<InvalidRequest>([&] { ws.send("\xff"); }), "a text message has to be UTF-8: send_binary() takes any bytes");
  ws.send_binary("\xff");
  EXPECT_EQ(ws.receive().data, "\xff");
}

}  // namespace
}  // namespace loads::user
