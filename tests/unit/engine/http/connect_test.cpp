// The way to a connection: names, addresses, refusals.

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/full_listener.h"
#include "support/scripted_server.h"

namespace loads::http {
namespace {

using namespace std::chrono_literals;
using dns::Address;
using metrics::RequestError;
using support::answer_all;
using support::ClientHarness;
using support::message_of;
using support::ScriptedServer;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::uint64_t errors(ClientHarness& harness, RequestError error) { return harness.all().errors[static_cast<std::size_t>(error)]; }

dns::Resolver::Lookup always(std::vector<const char*> hosts, std::atomic<int>* count = nullptr) {
  return [=](const std::string&) {
    if (count != nullptr) ++*count;
    dns::Result result;
    for (const char* host : hosts) result.addresses.push_back(*Address::parse(host, 0));
    return result;
  };
}

std::string named(const ScriptedServer& server, const std::string& host) {
  return "http://" + host + ":" + std::to_string(server.port()) + "/";
}

TEST(Connect, ARefusalIsNamedWithItsAddress) {
  const auto port = std::to_string(support::unused_port());
  ClientHarness harness;
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get("http://127.0.0.1:" + port + "/"); }),
            "connect: connection refused 127.0.0.1:" + port);
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get("http://[::1]:" + port + "/"); }), "connect: connection refused [::1]:" + port);
  EXPECT_EQ(errors(harness, RequestError::connect_refused), 2U);
  EXPECT_EQ(harness.all().connections, 0U);
}

// From 10 ms, doubling: in 300 ms a user cannot be refused more than 6 times (after 0, 10, 30, 70, 150, 310 ms ...).
TEST(Connect, AUserThatIsRefusedTriesLessAndLessOften) {
  const std::string url = "http://127.0.0.1:" + std::to_string(support::unused_port()) + "/";
  ClientHarness harness;
  int attempts = 0;
  harness.run([&](Client& client) {
    for (const auto end = fiber::Clock::now() + 300ms; fiber::Clock::now() < end; ++attempts) {
      EXPECT_THROW(support::get(client, url), ConnectionError);
    }
  });
  EXPECT_GE(attempts, 1);
  EXPECT_LE(attempts, 6);
  EXPECT_EQ(errors(harness, RequestError::connect_refused), static_cast<std::uint64_t>(attempts));
}

TEST(Connect, AUserThatGetsNoAddressTriesLessAndLessOften) {
  std::atomic<int> lookups{0};
  const auto fail = [&lookups](const std::string&) {
    ++lookups;
    return dns::Result{{}, "Temporary failure in name resolution"};
  };
  ClientHarness harness(ClientHarness::quick(), fail, false);
  harness.run([&](Client& client) {
    for (const auto end = fiber::Clock::now() + 300ms; fiber::Clock::now() < end || lookups < 2;) {
      EXPECT_THROW(support::get(client, "http://nobody.invalid/"), ConnectionError);
    }
  });
  EXPECT_LE(lookups, 6);
}

TEST(Connect, ARefusalIsCalledSoEvenWhenTheTimeoutIsShorterThanTheWaitForTheNextTry) {
  auto settings = ClientHarness::quick();
  settings.timeout = 100ms;
  ClientHarness harness(settings);
  const std::string port = std::to_string(support::unused_port());
  harness.run([&](Client& client) {
    for (int i = 0; i < 6; ++i) {  // before the last of them it waits for 160 ms
      EXPECT_EQ(message_of<ConnectionError>([&] { support::get(client, "http://127.0.0.1:" + port + "/"); }),
                "connect: connection refused 127.0.0.1:" + port)
          << i;
    }
  });
  EXPECT_EQ(errors(harness, RequestError::connect_refused), 6U);
}

// After 7 refusals a user is kept waiting for 640 ms, more than the request may take.
TEST(Connect, TheWaitAfterARefusalIsNoPartOfTheNextRequest) {
  ScriptedServer server(answer_all(kOk));
  auto settings = ClientHarness::quick();
  settings.timeout = 600ms;
  std::atomic<int> lookups{0};
  // Nobody listens on 127.0.0.2, where the name leads at first.
  const auto lookup = [&](const std::string& host) { return always({++lookups <= 7 ? "127.0.0.2" : "127.0.0.1"})(host); };
  ClientHarness harness(settings, lookup, false);
  harness.run([&](Client& client) {
    for (int i = 0; i < 7; ++i) EXPECT_THROW(support::get(client, named(server, "moving.test")), ConnectionError);
    EXPECT_EQ(support::get(client, named(server, "moving.test")).status_code(), 200);
  });
}

TEST(Connect, ARefusalByOneServerDoesNotKeepTheUserFromAnother) {
  ScriptedServer server(answer_all(kOk));
  const std::string refused = "http://127.0.0.1:" + std::to_string(support::unused_port()) + "/";
  auto settings = ClientHarness::quick();
  settings.timeout = 1s;
  ClientHarness harness(settings);
  harness.run([&](Client& client) {
    for (int i = 0; i < 4; ++i) {
      EXPECT_THROW(support::get(client, refused), ConnectionError);
      EXPECT_EQ(support::get(client, server.url()).text(), "ok");
      client.close_connections();
    }
  });
  EXPECT_EQ(server.connections(), 4U);
}

TEST(Connect, Ipv6IsSpoken) {
  std::string request;
  ScriptedServer server(
      [&](support::Peer& peer) {
        request = peer.read_request();
        peer.send(kOk);
      },
      AF_INET6);
  ClientHarness harness;
  EXPECT_EQ(harness.get(server.url()).text(), "ok");
  EXPECT_NE(request.find("\r\nHost: " + server.address() + "\r\n"), std::string::npos) << request;
}

TEST(Connect, LocalhostIsFoundWhereverItListens) {
  ScriptedServer v4(answer_all(kOk), AF_INET);
  ScriptedServer v6(answer_all(kOk), AF_INET6);
  ClientHarness harness(ClientHarness::quick(), always({"::1", "127.0.0.1"}));
  EXPECT_EQ(harness.get(named(v4, "localhost")).text(), "ok");
  EXPECT_EQ(harness.get(named(v6, "localhost")).text(), "ok");
}

TEST(Connect, TheSystemKnowsLocalhost) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  EXPECT_EQ(harness.get(named(server, "localhost")).text(), "ok");
}

TEST(Connect, TheAddressThatAnsweredIsTriedFirstFromThenOn) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness(ClientHarness::quick(), always({"127.0.0.2", "127.0.0.3", "127.0.0.1"}));
  harness.run([&](Client& client) {
    for (int i = 0; i < 3; ++i) {
      support::get(client, named(server, "some.host"));
      client.close_connections();
    }
  });
  EXPECT_EQ(server.connections(), 3U);
}

TEST(Connect, WhenEveryAddressRefusesTheLastOneIsNamed) {
  const std::string port = std::to_string(support::unused_port());
  ClientHarness harness(ClientHarness::quick(), always({"127.0.0.2", "127.0.0.3"}));
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get("http://some.host:" + port + "/"); }),
            "connect: connection refused 127.0.0.3:" + port);
}

TEST(Connect, AnAddressThatSwallowsEverythingLeavesTimeForTheNext) {
  ScriptedServer server(answer_all(kOk));
  const support::FullListener full("127.0.0.2", server.port());
  auto settings = ClientHarness::quick();
  settings.connect_timeout = 1s;
  ClientHarness harness(settings, always({"127.0.0.2", "127.0.0.1"}));
  EXPECT_EQ(harness.get(named(server, "some.host")).text(), "ok");
}

TEST(Connect, ANameWithoutAnAddressIsAnError) {
  ClientHarness harness(ClientHarness::quick(), [](const std::string&) { return dns::Result{{}, "Name or service not known"}; });
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get("http://nosuch.invalid/"); }),
            "cannot resolve \"nosuch.invalid\": Name or service not known");
  EXPECT_EQ(errors(harness, RequestError::resolve), 1U);
}

TEST(Connect, ANameIsLookedUpOncePerWorkerOrForEachConnection) {
  for (const bool once : {true, false}) {
    ScriptedServer server(answer_all(kOk));
    std::atomic<int> lookups{0};
    ClientHarness harness(ClientHarness::quick(), always({"127.0.0.1"}, &lookups), once);
    harness.run([&](Client& client) {
      for (int i = 0; i < 3; ++i) {
        support::get(client, named(server, "some.host"));
        support::get(client, named(server, "some.host"));
        client.close_connections();
      }
    });
    EXPECT_EQ(lookups, once ? 1 : 3);
  }
}

TEST(Connect, UsersWhoAskTogetherShareTheAnswer) {
  ScriptedServer server(answer_all(kOk));
  std::atomic<int> lookups{0};
  ClientHarness harness(ClientHarness::quick(), always({"127.0.0.1"}, &lookups));
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    harness.loop.spawn([&] {
      Client client(harness.context);
      if (support::get(client, named(server, "some.host")).text() == "ok") ++answered;
    });
  }
  harness.loop.run();
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(lookups, 1);
  EXPECT_EQ(server.connections(), 50U);
}

http::ClientSettings allowing(const std::vector<std::string>& rules) {
  http::ClientSettings settings = ClientHarness::quick();
  settings.target_rules = std::make_shared<TargetRules>(rules);
  return settings;
}

TEST(Connect, ANameThatLeadsWhereTheRulesDoNotAllowIsNotFollowed) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness(allowing({"10.0.0.0/8", "some.other.host"}), always({"169.254.169.254", "127.0.0.1"}));
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get(named(server, "some.host")); }),
            "connect: this agent may not connect to 169.254.169.254:" + std::to_string(server.port()) +
                ": it is a cloud's metadata service, which no agent connects to");
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get(server.url()); }),
            "connect: this agent may not connect to " + server.address() + ": it is not among the agent's --allow-target");
  EXPECT_EQ(errors(harness, RequestError::not_allowed), 2U);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Connect, TheAddressesOfANameThatAreAllowedAreTried) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness(allowing({"127.0.0.1"}), always({"169.254.169.254", "::1", "127.0.0.1"}));
  EXPECT_EQ(harness.get(named(server, "some.host")).text(), "ok");
}

TEST(Connect, OutOfDescriptorsIsTheGeneratorsTrouble) {
  ScriptedServer server(answer_all(kOk));
  ClientHarness harness;
  harness.run([&](Client& client) {
    std::vector<Descriptor> all;
    while (true) {
      Descriptor one(::dup(0));
      if (!one.is_open()) break;
      all.push_back(std::move(one));
      if (all.size() > 20000) GTEST_SKIP() << "the limit on descriptors is too high to use them up";
    }
    EXPECT_EQ(message_of<ConnectionError>([&] { support::get(client, server.url()); }),
              "connect: out of file descriptors " + server.address());
  });
  EXPECT_EQ(errors(harness, RequestError::no_descriptors), 1U);
}

}  // namespace
}  // namespace loads::http
