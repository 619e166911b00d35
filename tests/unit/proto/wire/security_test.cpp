#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>

#include "proto/wire/enrolment.h"
#include "proto/wire/handshake_monitor.h"
#include "proto/wire/zap.h"
#include "wire_test.h"

namespace loads::wire {
namespace {

using testing::HasSubstr;

// A broker's doors with keys, on real connections.
class Security : public testing::Test {
 protected:
  Security() : broker_(read_broker_key(keygen(folder_))), keys_(folder_), zap_(std::in_place, context_, keys_) {}

  PeerKeys enrolled(Role role, const std::string& name) { return read_credential(enroll(folder_, role, name)).keys; }

  Socket door(Door door) {
    Socket router = Socket::router(context_, door, broker_);
    router.bind("tcp://127.0.0.1:0");
    return router;
  }

  Socket peer(Socket& server, const std::optional<PeerKeys>& keys) {
    Socket dealer = Socket::dealer(context_, keys);
    dealer.connect(server.last_endpoint());
    return dealer;
  }

  void serve() {
    if (zap_) zap_->serve();
  }

  // What comes of a peer with these keys that sends "hello": the message, or how the first attempts were refused.
  struct Outcome {
    std::optional<Received> received;
    HandshakeMonitor::Refused refused;
  };
  Outcome outcome_at(Door where, const std::optional<PeerKeys>& keys) {
    Socket router = door(where);
    HandshakeMonitor monitor(context_, router);
    Socket dealer = peer(router, keys);
    Outcome outcome;
    Poller poller;
    poller.add(router);
    poller.add(monitor);
    if (zap_) poller.add(*zap_);
    const auto turn = [&] {
      serve();
      monitor.read_events();
      (void)dealer.send("hello");
      outcome.received = router.receive();
    };
    EXPECT_TRUE(turn_until(poller, turn, [&] { return outcome.received || monitor.refused().total() > 0; }));
    outcome.refused = monitor.refused();
    return outcome;
  }

  TemporaryFolder parent_;
  std::filesystem::path folder_ = parent_.path() / "keys";
  Context context_;
  KeyPair broker_;
  AuthorisedKeys keys_;
  std::optional<Zap> zap_;
};

TEST_F(Security, AnEnrolledKeyIsLetInAndNamed) {
  const auto outcome = outcome_at(Door::backend, enrolled(Role::agent, "web-1"));
  ASSERT_TRUE(outcome.received.has_value());
  EXPECT_EQ(outcome.received->bytes, "hello");
  EXPECT_EQ(outcome.received->user_id, "agent:web-1");
  EXPECT_EQ(keys_.role_of(outcome.received->user_id), Role::agent);
  EXPECT_EQ(outcome.refused.total(), 0u);
}

TEST_F(Security, AnUnknownKeyIsRefused) {
  const auto outcome = outcome_at(Door::backend, PeerKeys{generate_keys(), broker_.public_key});
  EXPECT_FALSE(outcome.received.has_value());
  EXPECT_GE(outcome.refused.unauthorised, 1u);
}

TEST_F(Security, APeerWithoutKeysIsRefused) {
  const auto outcome = outcome_at(Door::backend, std::nullopt);
  EXPECT_FALSE(outcome.received.has_value());
  EXPECT_GE(outcome.refused.protocol, 1u);
}

TEST_F(Security, APeerOfAnotherBrokerIsRefused) {
  PeerKeys keys = enrolled(Role::agent, "web-1");
  keys.broker_key = generate_keys().public_key;
  const auto outcome = outcome_at(Door::backend, keys);
  EXPECT_FALSE(outcome.received.has_value());
  EXPECT_GE(outcome.refused.protocol, 1u);
}

TEST_F(Security, AStolenAgentsKeyOpensNoOtherDoor) {
  const PeerKeys agent = enrolled(Role::agent, "web-1");
  EXPECT_FALSE(outcome_at(Door::frontend, agent).received.has_value());
  EXPECT_GE(outcome_at(Door::frontend, agent).refused.unauthorised, 1u);
  const PeerKeys viewer = enrolled(Role::viewer, "wall");
  EXPECT_FALSE(outcome_at(Door::backend, viewer).received.has_value());
  const auto outcome = outcome_at(Door::frontend, viewer);
  ASSERT_TRUE(outcome.received.has_value());
  EXPECT_EQ(outcome.received->user_id, "viewer:wall");
}

TEST_F(Security, WithoutAnybodyToAskNobodyIsLetIn) {
  const PeerKeys agent = enrolled(Role::agent, "web-1");
  zap_.reset();
  EXPECT_FALSE(outcome_at(Door::backend, agent).received.has_value());
}

TEST_F(Security, ARevokedPeerLosesItsRightThoughItsConnectionStands) {
  Socket router = door(Door::backend);
  Socket agent = peer(router, enrolled(Role::agent, "web-1"));
  ASSERT_TRUE(send_soon(agent, "before", [&] { serve(); }));
  const auto before = next_of(router);
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(keys_.role_of(before->user_id), Role::agent);
  revoke(folder_, "web-1");
  keys_.refresh();
  ASSERT_EQ(agent.send("after"), Sent::sent);
  const auto after = next_of(router);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->route, before->route);
  EXPECT_EQ(keys_.role_of(after->user_id), std::nullopt);
}

TEST_F(Security, APeerEnrolledWhileTheBrokerRunsGetsInByItself) {
  Socket router = door(Door::backend);
  HandshakeMonitor monitor(context_, router);
  const PeerKeys early{generate_keys(), broker_.public_key};
  Socket agent = peer(router, early);
  Poller poller;
  poller.add(*zap_);
  poller.add(monitor);
  const auto turn = [&] {
    serve();
    monitor.read_events();
  };
  ASSERT_TRUE(turn_until(poller, turn, [&] { return monitor.refused().unauthorised > 0; }));
  std::ofstream(authorised_folder(folder_, Role::agent) / "web-1.pub") << early.own.public_key << "\n";
  EXPECT_TRUE(send_soon(agent, "hello", turn));
  EXPECT_EQ(next_of(router, turn)->user_id, "agent:web-1");
}

TEST_F(Security, OneSocketHasDoorsWithAndWithoutKeys) {
  Socket router = door(Door::backend);
  const std::string tcp = router.last_endpoint();
  const std::string ipc = "ipc://" + (parent_.path() / "backend.ipc").string();
  router.bind(ipc);
  Socket local = Socket::dealer(context_);
  local.connect(ipc);
  ASSERT_TRUE(send_soon(local, "local", [&] { serve(); }));
  EXPECT_EQ(next_of(router)->user_id, "");
  Socket remote = Socket::dealer(context_, enrolled(Role::agent, "web-1"));
  remote.connect(tcp);
  ASSERT_TRUE(send_soon(remote, "remote", [&] { serve(); }));
  EXPECT_EQ(next_of(router)->user_id, "agent:web-1");
  Socket other = Socket::dealer(context_, PeerKeys{generate_keys(), broker_.public_key});
  other.connect(ipc);
  ASSERT_TRUE(send_soon(other, "keys are of no account here", [&] { serve(); }));
  EXPECT_EQ(next_of(router)->user_id, "");
}

TEST_F(Security, ThePublisherHasSubscribersWithKeysOnly) {
  Socket publisher = Socket::xpub(context_, broker_);
  publisher.bind("tcp://127.0.0.1:0");
  HandshakeMonitor monitor(context_, publisher);
  Socket agent = Socket::sub(context_, enrolled(Role::agent, "web-1"));
  agent.connect(publisher.last_endpoint());
  agent.subscribe("agents must not listen");
  Socket console = Socket::sub(context_, enrolled(Role::runner, "desk"));
  console.connect(publisher.last_endpoint());
  console.subscribe("run/1");
  Poller poller;
  std::vector<std::string> subscriptions;
  const auto turn = [&] {
    serve();
    monitor.read_events();
    if (const auto received = publisher.receive()) subscriptions.push_back(received->bytes);
  };
  EXPECT_TRUE(turn_until(poller, turn, [&] { return !subscriptions.empty() && monitor.refused().unauthorised > 0; }));
  EXPECT_EQ(subscriptions, std::vector<std::string>{"\1run/1"});
  EXPECT_EQ(publisher.send("run/1", "state"), Sent::sent);
  EXPECT_EQ(next_of(console)->bytes, "state");
}

TEST_F(Security, RefusalsAreReportedOnceASecondAtMost) {
  Socket router = door(Door::backend);
  HandshakeMonitor monitor(context_, router);
  const std::chrono::steady_clock::time_point start{std::chrono::hours(1)};
  EXPECT_EQ(monitor.report(start), "");
  Socket stranger = peer(router, PeerKeys{generate_keys(), broker_.public_key});
  Poller poller;
  const auto refused_times = [&](std::uint64_t times) {
    const auto turn = [&] {
      serve();
      monitor.read_events();
    };
    return turn_until(poller, turn, [&] { return monitor.refused().unauthorised >= times; });
  };
  ASSERT_TRUE(refused_times(1));
  const std::string times = std::to_string(monitor.refused().unauthorised);  // it may have come again by now
  EXPECT_THAT(monitor.report(start), HasSubstr("refused at " + router.last_endpoint() + ": " + times + " with a key that is not enrolled"));
  Socket another = peer(router, PeerKeys{generate_keys(), broker_.public_key});
  ASSERT_TRUE(refused_times(monitor.refused().unauthorised + 1));
  EXPECT_EQ(monitor.report(start + std::chrono::milliseconds(999)), "");
  EXPECT_THAT(monitor.report(start + std::chrono::seconds(1)), HasSubstr(" with a key that is not enrolled"));
  EXPECT_EQ(monitor.report(start + std::chrono::seconds(5)), "") << "nothing new";
}

}  // namespace
}  // namespace loads::wire
