// Shares that their agents cannot go on with, and that others are given.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

using testing::HasSubstr;

// A run of two agents for a minute; a third one is free.
class RebalanceTest : public BrokerTest {
 protected:
  RebalanceTest() {
    minor_ = 1;
    for (const char* route : {"a1", "a2", "a3"}) come(route);
    beating_ = {"a1", "a2", "a3"};
  }

  std::string begin(bool rebalance = true, std::optional<std::uint64_t> hits = {}) {
    proto::Submit submit = order(2);
    submit.order.plan.steps = {hits ? plan::Step{10, hits, {}} : plan::Step{10, {}, 60s}};
    submit.order.rebalance = rebalance;
    console(submit);
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    agent("a1", proto::Prepared{run, 1, 0, "", ""});
    agent("a2", proto::Prepared{run, 2, 0, "", ""});
    pass(1s);
    return run;
  }
  void lose(const std::string& route) { std::erase(beating_, route); }
  // So that it is given nothing from now on.
  void disconnect(const std::string& route) {
    lose(route);
    broker_->on_unreachable(route, now());
  }
  const LeaseRecord& lease(const std::string& run, proto::Lease number) { return outside_.records.at(run).leases.at(number - 1); }
  std::size_t leases(const std::string& run) { return outside_.records.at(run).leases.size(); }
  std::string message(const std::string& run) { return outside_.records.at(run).message; }
};

TEST_F(RebalanceTest, TheShareOfALostAgentGoesToAFreeOneOnceItsLeaseIsOver) {
  const std::string run = begin();
  lose("a2");
  pass(11500ms);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr) << "the other may still send";
  pass(1s);
  const auto* prepare = outside_.to<proto::Prepare>("a3");
  ASSERT_NE(prepare, nullptr);
  EXPECT_EQ(prepare->lease, 3u);
  EXPECT_EQ(prepare->agent_index, 1u);
  EXPECT_EQ(outside_.to<proto::Start>("a3"), nullptr);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  ASSERT_NE(outside_.to<proto::Start>("a3"), nullptr);
  EXPECT_TRUE(outside_.to<proto::Start>("a3")->join);
  EXPECT_EQ(outside_.to<proto::Start>("a3")->at, outside_.to<proto::Start>("a1")->at);
  EXPECT_FALSE(outside_.to<proto::Start>("a1")->join);
}

TEST_F(RebalanceTest, ARunIsWholeInItsFiguresAndIncompleteInItsEnd) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7);
  lose("a2");
  pass(13s);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a3", run, 3, 1, 30, 30, proto::ShareEnd::completed);
  pass(30s);
  EXPECT_EQ(state(run), RunState::incomplete);
  EXPECT_EQ(outside_.records.at(run).exit_code, exit_code::too_few_agents);
  EXPECT_THAT(
      message(run),
      HasSubstr(
          "agent host/a2: lost after 00:00, what it did from then on is missing; agent host/a3 has gone on with its share from 00:1"));
  console(proto::Attach{9, run});
  const auto& snapshot = *outside_.told<proto::Snapshot>("c");
  EXPECT_EQ(snapshot.totals.all().hits(), 87u);
  EXPECT_EQ(snapshot.status.agents.at(1).taken_by, "host/a3");
  EXPECT_DOUBLE_EQ(snapshot.status.fraction(), 1);
}

TEST_F(RebalanceTest, WithoutTheWishNobodyGetsIt) {
  const std::string run = begin(false);
  lose("a2");
  pass(20s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
}

TEST_F(RebalanceTest, WhatIsLeftOfHitsNobodyKnows) {
  const std::string run = begin(true, 100);
  lose("a2");
  pass(20s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
}

TEST_F(RebalanceTest, ABrokenConnectionDoesNotShortenTheLease) {
  const std::string run = begin();
  lose("a2");
  broker_->on_unreachable("a2", now());
  pass(11s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
  pass(2s);
  EXPECT_NE(outside_.to<proto::Prepare>("a3"), nullptr);
}

TEST_F(RebalanceTest, AShareWhoseWorkerIsGoneIsDealtAtOnceAlsoToItsOwnAgent) {
  lose("a3");
  pass(11s);
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  pass(200ms);
  const auto* prepare = outside_.to<proto::Prepare>("a2");
  ASSERT_NE(prepare, nullptr);
  EXPECT_EQ(prepare->lease, 3u);
}

TEST_F(RebalanceTest, AnAgentThatForgotItsShareMayHaveTheRestOfIt) {
  const std::string run = begin();
  lose("a2");
  lose("a3");
  pass(13s);
  come("a2/2", 2);
  beating_.push_back("a2/2");
  pass(200ms);
  ASSERT_NE(outside_.to<proto::Prepare>("a2/2"), nullptr);
  EXPECT_EQ(outside_.to<proto::Prepare>("a2/2")->lease, 3u);
}

TEST_F(RebalanceTest, AShareWaitsForAnAgent) {
  lose("a3");
  pass(11s);
  const std::string run = begin();
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  disconnect("a1");
  pass(30s);
  EXPECT_EQ(state(run), RunState::running);
  come("a3/2", 2);
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Prepare>("a3/2"), nullptr);
}

TEST_F(RebalanceTest, ARunEndsWhenNothingWorthIsLeft) {
  lose("a3");
  pass(11s);
  const std::string run = begin();
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a1");
  disconnect("a2");
  pass(56s);
  EXPECT_EQ(state(run), RunState::running);
  pass(3s);
  EXPECT_EQ(state(run), RunState::incomplete);
}

TEST_F(RebalanceTest, ATestThatCrashesItsWorkerIsNotTriedElsewhere) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::crashed);
  pass(1s);
  EXPECT_EQ(leases(run), 2u);
}

TEST_F(RebalanceTest, AStoppedRunIsNotDealt) {
  const std::string run = begin();
  console(proto::StopRun{2, run, false});
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  pass(1s);
  EXPECT_EQ(leases(run), 2u);
}

TEST_F(RebalanceTest, OneThatDeclinesIsNotAskedAgainAndHasNothingToAnswerFor) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  pass(200ms);
  agent("a3", proto::Prepared{run, 3, 3, "cannot-load", "no such file"});
  EXPECT_NE(outside_.to<proto::Stop>("a3"), nullptr);
  pass(5s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3")->lease, 3u);
  pass(53s);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  pass(1s);
  EXPECT_EQ(leases(run), 3u);
  EXPECT_EQ(state(run), RunState::incomplete);
  EXPECT_EQ(message(run).find("host/a3"), std::string::npos) << message(run);
  console(proto::Attach{9, run});
  const auto& status = outside_.told<proto::Snapshot>("c")->status;
  EXPECT_EQ(status.agents.size(), 2u);
  EXPECT_THAT(status.warnings.at(0).message, HasSubstr("agent host/a3 could not go on with the share of another: no such file"));
}

TEST_F(RebalanceTest, OneThatDoesNotAnswerIsAskedAgainAndGivenUp) {
  const std::string run = begin();
  lose("a2");
  pass(13s);
  outside_.forget();
  pass(3s);
  EXPECT_GE(outside_.agents.size(), 3u);
  EXPECT_NE(outside_.to<proto::Prepare>("a3"), nullptr);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  outside_.forget();
  pass(3s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
}

TEST_F(RebalanceTest, TheFormerHolderIsToldToStopAndStillCounts) {
  const std::string run = begin();
  lose("a2");
  pass(13s);
  come("a2", 1, {{run, 2, true, true, 1}});
  EXPECT_EQ(outside_.to<proto::Welcome>("a2")->leases.at(0).decision, proto::LeaseDecision::stop);
  agent("a2", proto::Beat{time_, {}, {{run, 2, true, true, 1}}, {}});
  ASSERT_NE(outside_.to<proto::Stop>("a2"), nullptr);
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::abandoned);
  pass(100ms);
  EXPECT_EQ(outside_.to<proto::Ack>("a2")->seq, 1u);
  EXPECT_EQ(leases(run), 3u) << "its share is not dealt twice";
}

TEST_F(RebalanceTest, AnAgentThatIsBackInTimeKeepsItsShare) {
  const std::string run = begin();
  lose("a2");
  pass(10500ms);
  come("a2", 1, {{run, 2, true, true, 1}});
  beating_.push_back("a2");
  pass(10s);
  EXPECT_EQ(leases(run), 2u);
}

TEST_F(RebalanceTest, NothingIsDealtThatIsNotOnTheDisk) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  broker_->committed(now());
  outside_.disk_full = true;
  pass(1s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
  outside_.disk_full = false;
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Prepare>("a3"), nullptr);
  outside_.disk_full = true;
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  EXPECT_EQ(outside_.to<proto::Start>("a3"), nullptr) << "nobody would know what it may have sent";
}

TEST_F(RebalanceTest, AllThatBecomeReadyTogetherAreInOneWrite) {
  const std::string run = begin();
  come("a4");
  beating_.push_back("a4");
  report("a1", run, 1, 1, 7, 7, proto::ShareEnd::worker_lost);
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a1");
  disconnect("a2");
  pass(200ms);
  ASSERT_EQ(leases(run), 4u);
  const std::size_t before = outside_.saves;
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  agent("a4", proto::Prepared{run, 4, 0, "", ""});
  pass(100ms);
  EXPECT_EQ(outside_.saves, before + 1);
  EXPECT_NE(outside_.to<proto::Start>("a3"), nullptr);
  EXPECT_NE(outside_.to<proto::Start>("a4"), nullptr);
}

TEST_F(RebalanceTest, AStopBeforeTheWriteComesFirst) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  pass(200ms);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  console(proto::StopRun{2, run, false});
  pass(1s);
  EXPECT_EQ(outside_.to<proto::Start>("a3"), nullptr);
  EXPECT_NE(outside_.to<proto::Stop>("a3"), nullptr);
}

// A broker that stood still finds both messages at once.
TEST_F(RebalanceTest, OneThatWasReadyAndIsStartedAnewIsAskedAgain) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  pass(200ms);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  come("a3/2", 2);
  outside_.forget();
  pass(2s);
  EXPECT_EQ(outside_.to<proto::Start>("a3/2"), nullptr) << "it knows nothing of the share";
  ASSERT_NE(outside_.to<proto::Prepare>("a3/2"), nullptr);
  agent("a3/2", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Start>("a3/2"), nullptr);
}

TEST_F(RebalanceTest, AStopDoesNotWaitForOneThatHasNotBegun) {
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  pass(200ms);
  ASSERT_EQ(leases(run), 3u);
  console(proto::StopRun{2, run, false});
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::stopped);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::incomplete) << "a3 is loading the test, and has nothing to tell";
}

TEST_F(RebalanceTest, ABrokerThatIsStartedAgainAsksOnAndDealsNothingTooEarly) {
  const std::string run = begin();
  lose("a2");
  pass(13s);
  ASSERT_EQ(leases(run), 3u);
  restart_broker();
  come("a1", 1, {{run, 1, true, true, 1}});
  come("a3", 1, {{run, 3, true, false, 0}});
  EXPECT_EQ(outside_.to<proto::Start>("a3"), nullptr);
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Prepare>("a3"), nullptr);
  agent("a3", proto::Prepared{run, 3, 0, "", ""});
  pass(100ms);
  EXPECT_NE(outside_.to<proto::Start>("a3"), nullptr);
  EXPECT_EQ(lease(run, 3).after, 2u);
}

TEST_F(RebalanceTest, AgentsThatDoNotKnowLeasesAreNotAsked) {
  minor_ = 0;
  come("a3", 2);
  const std::string run = begin();
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  disconnect("a2");
  pass(2s);
  EXPECT_EQ(outside_.to<proto::Prepare>("a3"), nullptr);
}

}  // namespace
}  // namespace loads::broker
