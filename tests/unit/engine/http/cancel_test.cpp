// A request that is cut off, in each of its phases: the fiber's destructors run, Cancelled passes, the request is recorded as cancelled,
// and nothing stays open.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/full_listener.h"
#include "support/gate.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using metrics::RequestError;
using support::ClientHarness;
using support::Peer;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// Runs `action` in a fiber that is cancelled once it has come so far, and a moment later.
void cut_off(
    ClientHarness& harness, const std::function<void(Client&)>& action, const std::function<bool()>& so_far = [] { return true; }) {
  bool unwound = false;
  bool passed = false;
  struct Mark {
    bool& set;
    ~Mark() { set = true; }
  };
  const std::size_t descriptors = support::open_descriptors();
  fiber::Fiber& fiber = harness.loop.spawn([&] {
    Client client(harness.context);
    try {
      const Mark mark{unwound};
      action(client);
      ADD_FAILURE() << "the request has ended by itself";
    } catch (const std::exception& error) {
      ADD_FAILURE() << "Cancelled was expected, not " << error.what();
    } catch (const fiber::Cancelled&) {
      passed = true;
      throw;
    }
  });
  harness.loop.spawn([&] {
    harness.wait_until(so_far);
    harness.loop.sleep_until(fiber::Clock::now() + 50ms);
    fiber.cancel();
  });
  harness.loop.run();
  EXPECT_TRUE(unwound);
  EXPECT_TRUE(passed);
  EXPECT_LE(support::open_descriptors(), descriptors + 1);  // the server's end may still be open
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::cancelled)], 1U);
  for (const auto& problem : harness.recorder.slice().problems.worst_first()) {  // it is nobody's mistake
    EXPECT_EQ(problem.message.find("cut off"), std::string::npos) << problem.message;
  }
}

TEST(Cancel, WhileTheNameIsLookedUp) {
  const auto over = std::make_shared<support::Gate>();
  ClientHarness harness(ClientHarness::quick(), [over](const std::string&) {
    over->wait();
    return dns::Result{{}, "too late"};
  });
  cut_off(harness, [&](Client& client) { support::get(client, "http://some.host/"); });
  over->open();
}

TEST(Cancel, WhileTheNameIsLookedUpAndItsAnswerComesLater) {
  const auto over = std::make_shared<support::Gate>();
  ClientHarness harness(ClientHarness::quick(), [over](const std::string& host) {
    if (host == "first.host") over->wait();
    return dns::Result{{}, "no such name"};
  });
  cut_off(harness, [&](Client& client) { support::get(client, "http://first.host/"); });
  over->open();
  // The late answer is handed to a loop that runs again, and whose fiber of then is gone.
  harness.run([&](Client& client) {
    EXPECT_THROW(support::get(client, "http://second.host/"), std::exception);
    harness.loop.sleep_until(fiber::Clock::now() + 20ms);
  });
}

TEST(Cancel, WhileItConnects) {
  const support::FullListener full;
  ClientHarness harness;
  cut_off(harness, [&](Client& client) { support::get(client, full.url()); });
}

TEST(Cancel, WhileItWaitsAfterARefusal) {
  const std::string url = "http://127.0.0.1:" + std::to_string(support::unused_port()) + "/";
  ClientHarness harness;
  cut_off(harness, [&](Client& client) {
    while (true) {
      try {
        support::get(client, url);
      } catch (const std::exception&) {  // refused
      }
    }
  });
}

TEST(Cancel, WhileTheRequestIsSent) {
  support::Gate over;
  ScriptedServer server([&](Peer&) { over.wait(); });
  ClientHarness harness;
  const std::string upload(50U << 20U, 'x');
  cut_off(harness, [&](Client& client) { support::request(client, "POST", server.url(), {.data = upload}); });
  over.open();
}

TEST(Cancel, WhileItWaitsForTheAnswer) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  cut_off(
      harness, [&](Client& client) { support::get(client, server.url()); }, [&] { return server.requests() == 1; });
}

TEST(Cancel, WhileItReceives) {
  for (const char* begun : {"HTTP/1.1 200", "HTTP/1.1 200 OK\r\n\r\nhell", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhell",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
    ScriptedServer server([&](Peer& peer) {
      peer.read_request();
      peer.send(begun);
      peer.wait_until_closed();
    });
    ClientHarness harness;
    cut_off(
        harness, [&](Client& client) { support::get(client, server.url()); }, [&] { return server.bytes_sent() > 0; });
  }
}

TEST(Cancel, WhileAFloodIsReceived) {
  const std::string flood(1U << 20U, 'x');
  ScriptedServer server([&](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (true) peer.send(flood);
  });
  ClientHarness harness;
  cut_off(
      harness, [&](Client& client) { support::get(client, server.url()); }, [&] { return server.bytes_sent() > flood.size(); });
}

TEST(Cancel, OnAKeptConnection) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  const auto twice = [&](Client& client) {
    support::get(client, server.url());
    support::get(client, server.url());
  };
  cut_off(harness, twice, [&] { return server.requests() == 2; });
  EXPECT_EQ(harness.all().answered, 1U);
  EXPECT_EQ(server.requests(), 2U);
}

// What a destructor asks of the server on the way out is not waited for.
TEST(Cancel, RequestsOfDestructorsEndAtOnce) {
  ScriptedServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed();
  });
  ClientHarness harness;
  struct LogOut {
    Client& client;
    std::string url;
    std::string& message;
    ~LogOut() {
      message = support::message_of<RequestFailed>([&] { support::get(client, url); });
    }
  };
  std::string message;
  fiber::Fiber& fiber = harness.loop.spawn([&] {
    Client client(harness.context);
    const LogOut log_out{client, server.url("/logout"), message};
    support::get(client, server.url());
  });
  harness.loop.spawn([&] {
    harness.loop.sleep_until(fiber::Clock::now() + 20ms);
    fiber.cancel();
  });
  harness.loop.run();
  EXPECT_NE(message, "");
  EXPECT_NE(message, "no exception");
}

TEST(Cancel, LeavesTheOthersAlone) {
  ScriptedServer server([](Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      if (request.starts_with("GET /never")) return peer.wait_until_closed();
      peer.send(kOk);
    }
  });
  ClientHarness harness;
  std::vector<fiber::Fiber*> cut;
  int answered = 0;
  for (int i = 0; i < 20; ++i) {
    cut.push_back(&harness.loop.spawn([&] {
      Client client(harness.context);
      support::get(client, server.url("/never"));
    }));
    harness.loop.spawn([&] {
      Client client(harness.context);
      for (int n = 0; n < 20; ++n) answered += support::get(client, server.url()).ok() ? 1 : 0;
    });
  }
  harness.loop.spawn([&] {
    harness.loop.sleep_until(fiber::Clock::now() + 20ms);
    for (fiber::Fiber* fiber : cut) fiber->cancel();
  });
  harness.loop.run();
  EXPECT_EQ(answered, 400);
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::cancelled)], 20U);
}

}  // namespace
}  // namespace loads::http
