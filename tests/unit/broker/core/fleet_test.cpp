#include "broker/core/fleet.h"

#include <gtest/gtest.h>

namespace loads::broker {
namespace {

using namespace std::chrono_literals;

proto::Hello hello(std::uint64_t incarnation, std::uint64_t session) {
  proto::Hello out;
  out.agent = std::string(32, 'a');
  out.incarnation = incarnation;
  out.session = session;
  out.name = "host/" + std::to_string(session);
  return out;
}

Now at(proto::Nanoseconds time) { return {time, {}}; }

TEST(Fleet, AnAgentIsKnownByTheConnectionOnWhichItSaidHello) {
  Fleet fleet;
  EXPECT_TRUE(fleet.hello("r1", hello(1, 11), at(1s)).accepted);
  ASSERT_NE(fleet.at("r1"), nullptr);
  EXPECT_EQ(fleet.at("r1")->hello.name, "host/11");
  EXPECT_EQ(fleet.at("r2"), nullptr);
}

TEST(Fleet, AReconnectionTakesTheOldConnectionsPlace) {
  Fleet fleet;
  fleet.hello("r1", hello(1, 11), at(1s));
  const auto arrival = fleet.hello("r2", hello(1, 11), at(2s));
  EXPECT_TRUE(arrival.accepted);
  EXPECT_FALSE(arrival.ousted);
  EXPECT_EQ(fleet.at("r1"), nullptr);
  EXPECT_NE(fleet.at("r2"), nullptr);
  EXPECT_EQ(fleet.all().size(), 1u);
}

TEST(Fleet, ALaterStartOfAnAgentOustsTheEarlierOne) {
  Fleet fleet;
  fleet.hello("r1", hello(1, 11), at(1s));
  const auto arrival = fleet.hello("r2", hello(2, 22), at(2s));
  EXPECT_TRUE(arrival.accepted);
  EXPECT_EQ(arrival.ousted, "r1");
  EXPECT_EQ(fleet.at("r1"), nullptr);
}

TEST(Fleet, AnEarlierStartDoesNotComeBack) {
  Fleet fleet;
  fleet.hello("r2", hello(2, 22), at(1s));
  const auto arrival = fleet.hello("r1", hello(1, 11), at(2s));
  EXPECT_FALSE(arrival.accepted);
  EXPECT_EQ(arrival.id, "agent-superseded");
  EXPECT_NE(fleet.at("r2"), nullptr);
}

TEST(Fleet, OfTwoCopiesNeitherIsTaken) {
  Fleet fleet;
  fleet.hello("r1", hello(1, 11), at(1s));
  const auto arrival = fleet.hello("r2", hello(1, 22), at(2s));
  EXPECT_FALSE(arrival.accepted);
  EXPECT_EQ(arrival.id, "agent-copy");
  EXPECT_EQ(arrival.ousted, "r1");
  EXPECT_EQ(fleet.at("r1"), nullptr);
  EXPECT_EQ(fleet.at("r2"), nullptr);
}

TEST(Fleet, AnIdThatIsNoneIsRefused) {
  Fleet fleet;
  proto::Hello forged = hello(1, 11);
  forged.agent = "../../etc";
  EXPECT_FALSE(fleet.hello("r1", forged, at(1s)).accepted);
  EXPECT_TRUE(fleet.all().empty());
}

TEST(Fleet, AnAgentThatHoldsMoreThanOneMayIsRefused) {
  Fleet fleet;
  proto::Hello greedy = hello(1, 11);
  greedy.leases.resize(kMostHeldLeases);
  EXPECT_TRUE(fleet.hello("r1", greedy, at(1s)).accepted);
  greedy.leases.resize(kMostHeldLeases + 1);
  EXPECT_EQ(fleet.hello("r1", greedy, at(1s)).id, "too-many-leases");
}

TEST(Fleet, NoMoreAgentsAreTakenThanAnyClusterHas) {
  Fleet fleet;
  for (std::size_t i = 0; i < kMostKnownAgents; ++i) fleet.expect("agent " + std::to_string(i), 1, "", at(1s));
  EXPECT_EQ(fleet.hello("r1", hello(1, 11), at(2s)).id, "too-many-agents");
}

TEST(Fleet, ALostAgentThatNobodyMissesIsForgotten) {
  Fleet fleet;
  const auto nobody = [](const std::string&) { return false; };
  const auto everybody = [](const std::string&) { return true; };
  fleet.hello("r1", hello(1, 11), at(1s));
  fleet.newly_lost(at(20s));
  fleet.forget_lost(at(5min), nobody);
  fleet.forget_lost(at(11min), everybody);
  EXPECT_EQ(fleet.all().size(), 1u);
  fleet.forget_lost(at(11min), nobody);
  EXPECT_TRUE(fleet.all().empty());
  EXPECT_EQ(fleet.at("r1"), nullptr);
  EXPECT_TRUE(fleet.hello("r2", hello(1, 11), at(12min)).accepted) << "it may come back";
}

TEST(Fleet, AnAgentThatIsExpectedAndDoesNotComeIsLost) {
  Fleet fleet;
  fleet.expect(std::string(32, 'a'), 1, "host/1", at(1s));
  EXPECT_EQ(fleet.newly_lost(at(11s)).size(), 1u);
  EXPECT_TRUE(fleet.hello("r1", hello(1, 11), at(12s)).accepted);
  EXPECT_TRUE(fleet.newly_lost(at(13s)).empty());
}

TEST(Fleet, ASilentAgentIsSuspectThenLost) {
  Fleet fleet;
  fleet.hello("r1", hello(1, 11), at(1s));
  const Agent& agent = *fleet.at("r1");
  EXPECT_EQ(Fleet::state(agent, false, at(2s)), proto::AgentState::free);
  EXPECT_EQ(Fleet::state(agent, true, at(2s)), proto::AgentState::busy);
  EXPECT_EQ(Fleet::state(agent, true, at(4s)), proto::AgentState::suspect);
  EXPECT_TRUE(fleet.newly_lost(at(10s)).empty());
  EXPECT_EQ(fleet.newly_lost(at(11s)).size(), 1u);
  EXPECT_TRUE(fleet.newly_lost(at(12s)).empty()) << "it is told once";
  EXPECT_EQ(Fleet::state(agent, false, at(12s)), proto::AgentState::lost);
  fleet.hello("r3", hello(1, 11), at(13s));
  EXPECT_EQ(Fleet::state(*fleet.at("r3"), false, at(13s)), proto::AgentState::free);
}

}  // namespace
}  // namespace loads::broker
