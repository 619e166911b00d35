// What the broker makes of agents, disks and restarts that fail.

#include "broker/core/broker.h"

#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

TEST_F(BrokerTest, AgentsThatAreNotReadyInTimeAreNamed) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  pass(61s);
  EXPECT_EQ(state(run), RunState::failed);
  EXPECT_NE(outside_.records.at(run).message.find("host/a2"), std::string::npos) << outside_.records.at(run).message;
}

TEST_F(BrokerTest, AnotherAgentTakesThePlaceOfOneThatIsLostBeforeTheStart) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  come("a3");
  beating_ = {"a1", "a3"};
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  pass(11s);
  const auto* prepare = outside_.to<proto::Prepare>("a3");
  ASSERT_NE(prepare, nullptr);
  EXPECT_EQ(prepare->lease, 2u);
  EXPECT_EQ(prepare->agent_index, 1u);
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  EXPECT_EQ(state(run), RunState::preparing) << "what a2 was ready for is no longer its own";
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  EXPECT_EQ(state(run), RunState::preparing);
  agent("a3", proto::Prepared{run, 2, 0, "", ""});
  EXPECT_EQ(state(run), RunState::ready);
  EXPECT_NE(outside_.to<proto::Start>("a3"), nullptr);
  EXPECT_EQ(outside_.to<proto::Start>("a2"), nullptr);

  come("a2", 1, {{run, 2, true, false, 0}});
  ASSERT_EQ(outside_.to<proto::Welcome>("a2")->leases.size(), 1u);
  EXPECT_EQ(outside_.to<proto::Welcome>("a2")->leases[0].decision, proto::LeaseDecision::closed);
}

TEST_F(BrokerTest, ARunFailsWhenAnAgentIsLostBeforeTheStartAndNoOtherIsFree) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  beating_ = {"a1"};
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  pass(11s);
  EXPECT_EQ(state(run), RunState::failed);
  EXPECT_EQ(outside_.records.at(run).error_id, "lost-agent");
  EXPECT_NE(outside_.records.at(run).message.find("agent host/a2 was lost before the start"), std::string::npos);
}

TEST_F(BrokerTest, APlaceIsTakenOnlyOnceThatIsOnTheDisk) {
  console(order(2));
  come("a3");
  beating_ = {"a1", "a3"};
  outside_.disk_full = true;
  pass(11s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
  outside_.disk_full = false;
  pass(1s);
  EXPECT_NE(outside_.to<proto::Prepare>("a3"), nullptr);
}

TEST_F(BrokerTest, ARunWhoseAgentIsLostForGoodIsIncompleteAndSaysWho) {
  const std::string run = begin();
  pass(500ms);
  beating_ = {"a1"};
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  pass(12s);
  EXPECT_EQ(state(run), RunState::running) << "it may come back with what it holds";
  pass(25s);
  EXPECT_EQ(state(run), RunState::incomplete);
  EXPECT_EQ(outside_.records.at(run).exit_code, exit_code::too_few_agents);
  EXPECT_NE(outside_.records.at(run).message.find("host/a2"), std::string::npos);
}

TEST_F(BrokerTest, WhatALostAgentBringsLaterStillCounts) {
  const std::string run = begin();
  pass(500ms);
  beating_ = {"a1"};
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  pass(40s);
  ASSERT_EQ(state(run), RunState::incomplete);
  come("a2", 1, {{run, 2, false, true, 1}});
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  EXPECT_EQ(state(run), RunState::incomplete) << "it is not on the disk yet";
  pass(100ms);
  EXPECT_EQ(state(run), RunState::finished) << "nothing is missing any more";
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->totals.all().hits(), 100u);
}

TEST_F(BrokerTest, AnAgentThatForgotItsShareMakesTheRunIncomplete) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  come("a2/2", 2);
  beating_ = {"a1", "a2/2"};
  pass(200ms);
  EXPECT_EQ(state(run), RunState::incomplete);
}

TEST_F(BrokerTest, TheRunsGoOnWhenTheBrokerIsStartedAgain) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 20, 20);
  broker_->committed(now());
  restart_broker();
  agent("a1", proto::Beat{});
  EXPECT_NE(outside_.to<proto::Rehello>("a1"), nullptr);
  come("a1", 1, {{run, 1, true, true, 2}});
  come("a2", 1, {{run, 2, true, true, 1}});
  EXPECT_EQ(outside_.to<proto::Welcome>("a1")->leases.at(0).durable_seq, 1u);
  EXPECT_EQ(outside_.to<proto::Welcome>("a1")->leases.at(0).decision, proto::LeaseDecision::keep);
  report("a1", run, 1, 2, 30, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(100ms);
  EXPECT_EQ(state(run), RunState::finished);
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->totals.all().hits(), 100u);
}

TEST_F(BrokerTest, AFullDiskHoldsTheRunUpAndLosesNothing) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  outside_.disk_full = true;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  EXPECT_EQ(outside_.to<proto::Start>("a1"), nullptr) << "a start that is not on the disk is not sent";
  outside_.disk_full = false;
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Start>("a1"), nullptr);
}

TEST_F(BrokerTest, AFullDiskDoesNotKeepTheLoadFromBeingStopped) {
  const std::string run = begin();
  pass(500ms);
  outside_.disk_full = true;
  console(proto::StopRun{2, run, false});
  ASSERT_NE(outside_.to<proto::Stop>("a1"), nullptr);
  EXPECT_EQ(state(run), RunState::running);
  outside_.disk_full = false;
  pass(100ms);
  EXPECT_EQ(state(run), RunState::stopping);
}

TEST_F(BrokerTest, AnAgentThatDoesNotComeBackAfterTheBrokersRestartIsLost) {
  const std::string run = begin();
  pass(500ms);
  restart_broker();
  beating_ = {"a1"};
  come("a1", 1, {{run, 1, true, true, 0}});
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  pass(40s);
  EXPECT_EQ(state(run), RunState::incomplete);
}

// Nobody hears the broker, and everybody does what was asked for then.
TEST_F(BrokerTest, ARunThatIsCutOffAltogetherIsGivenTheTimeThatItsAgentsMayTake) {
  const std::string run = begin();
  pass(500ms);
  beating_.clear();
  pass(10s + 60s + 19s);
  EXPECT_EQ(state(run), RunState::running) << "--on-broker-loss continue:60s";
  for (const char* route : {"a1", "a2"}) come(route, 1, {{run, static_cast<proto::Lease>(route[1] - '0'), true, true, 1}});
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::finished);
}

TEST_F(BrokerTest, AShareThatEndsBeforeTheStartFailsTheRun) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  report("a1", run, 1, 1, 0, 0, proto::ShareEnd::abandoned);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::failed);
}

TEST_F(BrokerTest, ABrokerThatStoodStillTakesNobodyForLost) {
  const std::string run = begin();
  pass(500ms);
  time_ += 60s;
  broker_->tick(now());
  agent("a1", proto::Beat{});
  EXPECT_EQ(outside_.to<proto::Rehello>("a1"), nullptr);
  EXPECT_EQ(state(run), RunState::running);
}

// Whatever comes first when it goes on.
TEST_F(BrokerTest, ABrokerThatStoodStillFindsItsAgentsThereAtOnce) {
  pass(900ms);
  time_ += 60s;
  agent("a1", proto::Beat{});
  console(order(2));
  pass(100ms);
  EXPECT_EQ(state(outside_.told<proto::Submitted>("c")->run), RunState::preparing);
}

TEST_F(BrokerTest, WhoeverSpokeAfterAStandStillIsLostNoLaterThanOthers) {
  const std::string run = begin();
  pass(500ms);
  time_ += 60s;
  agent("a1", proto::Beat{});
  beating_ = {"a2"};
  pass(12s);
  agent("a1", proto::Beat{});
  EXPECT_NE(outside_.to<proto::Rehello>("a1"), nullptr);
}

TEST_F(BrokerTest, AnAgentWhoseConnectionIsGoneIsGivenNothing) {
  beating_ = {"a1"};
  broker_->on_unreachable("a2", now());
  pass(100ms);
  console(order(2));
  EXPECT_EQ(outside_.told<proto::Error>("c")->id, "not-enough-agents");
}

TEST_F(BrokerTest, OfManyLostAgentsTheMessageNamesSome) {
  beating_.clear();
  pass(11s);
  for (int number = 10; number < 35; ++number) {
    proto::Hello hello;
    hello.agent = std::string(30, 'b') + std::to_string(number);
    hello.incarnation = hello.session = 1;
    hello.name = "host/" + std::to_string(number);
    agent(std::to_string(number), hello);
  }
  console(order(25));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  for (const LeaseRecord& lease : std::vector(outside_.records.at(run).leases))
    agent(lease.name.substr(5), proto::Prepared{run, lease.lease, 0, "", ""});
  pass(2min);
  ASSERT_EQ(state(run), RunState::incomplete);
  const std::string& message = outside_.records.at(run).message;
  EXPECT_TRUE(message.ends_with("; and 5 more agents, which the report names")) << message;
  EXPECT_LT(message.size(), 4000u);
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->status.agents.size(), 25u);
}

TEST_F(BrokerTest, APublishedStateHasRoomForSomeWarningsOnly) {
  const std::string run = begin();
  pass(500ms);
  proto::Batch batch;
  batch.run = run;
  batch.lease = 1;
  batch.seq = 1;
  batch.result = proto::ShareResult{proto::ShareEnd::completed, "", 0, std::vector<proto::Warning>(150, {"busy", "a thread was busy"})};
  agent("a1", batch);
  pass(1s);
  EXPECT_EQ(outside_.published.back().status.warnings.size(), 100u);
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->status.warnings.size(), 150u) << "the report has all";
}

}  // namespace
}  // namespace loads::broker
