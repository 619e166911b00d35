#include "broker/core/broker.h"

#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/broker/core/recorded_outside.h"

namespace loads::broker {
namespace {

using namespace std::chrono_literals;
using proto::RunState;

// A broker with two agents, a1 and a2, and a console, c.
class BrokerTest : public testing::Test {
 protected:
  BrokerTest() {
    come("a1");
    come("a2");
  }

  Now now() const { return {time_, proto::WallTime(std::chrono::hours(1000) + time_)}; }

  void come(const std::string& route, std::uint64_t incarnation = 1, std::vector<proto::HeldLease> held = {}) {
    proto::Hello hello;
    hello.agent = std::string(31, 'a') + route.substr(0, 2).back();
    hello.incarnation = incarnation;
    hello.session = incarnation;
    hello.name = "host/" + route;
    hello.machine = "x86_64";
    hello.leases = std::move(held);
    agent(route, hello);
  }

  void agent(const std::string& route, const proto::FromAgent& message) {
    broker_->on_agent(route, message, proto::encode(message), now());
  }
  void console(const proto::FromConsole& message) { broker_->on_console("c", message, now()); }

  void pass(proto::Nanoseconds time) {
    for (const auto end = time_ + time; time_ < end;) {
      time_ += 100ms;
      for (const std::string& route : beating_) agent(route, proto::Beat{});
      broker_->committed();
      broker_->tick(now());
    }
  }

  proto::Submit order(std::uint32_t agents) {
    proto::Submit submit;
    submit.request = 1;
    submit.nonce = "nonce" + std::to_string(++nonce_);
    submit.order.plan.test = "http://localhost/";
    submit.order.plan.steps.push_back({10, 5, {}});
    submit.order.plan.agents = agents;
    submit.order.test.url = "http://localhost/";
    submit.order.settings.stop_timeout = 2s;
    return submit;
  }

  // Submits, and says at both agents that they are ready.
  std::string begin() {
    console(order(2));
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    agent("a1", proto::Prepared{run, 1, 0, "", ""});
    agent("a2", proto::Prepared{run, 2, 0, "", ""});
    return run;
  }

  void report(const std::string& route, const std::string& run, proto::Lease lease, std::uint64_t seq, std::uint64_t answers,
              std::uint64_t all_answers, std::optional<proto::ShareEnd> end = {}) {
    proto::Batch batch;
    batch.run = run;
    batch.lease = lease;
    batch.seq = seq;
    metrics::Slice slice;
    slice.requests["GET /"].answered = answers;
    batch.slices.push_back(slice);
    batch.tally.answered = all_answers;
    if (end) batch.result = proto::ShareResult{*end, "", 0, {}};
    agent(route, batch);
  }

  void restart_broker() {
    broker_ = std::make_unique<Broker>(Identity{"cluster", 2, 1, ""}, outside_);
    for (const auto& [run, record] : std::map(outside_.records)) {
      if (!proto::is_over(record.state)) broker_->restore(record, now());
    }
    outside_.forget();
  }

  RunState state(const std::string& run) { return outside_.records.at(run).state; }

  RecordedOutside outside_;
  std::unique_ptr<Broker> broker_ = std::make_unique<Broker>(Identity{"cluster", 1, 1, ""}, outside_);
  proto::Nanoseconds time_ = 1s;
  std::vector<std::string> beating_{"a1", "a2"};
  int nonce_ = 0;
};

TEST_F(BrokerTest, ARunGoesFromItsOrderToItsEnd) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  EXPECT_EQ(state(run), RunState::preparing);
  ASSERT_NE(outside_.to<proto::Prepare>("a1"), nullptr);
  EXPECT_EQ(outside_.to<proto::Prepare>("a2")->agent_index, 1u);
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  EXPECT_EQ(outside_.to<proto::Start>("a1"), nullptr) << "nothing is sent before all are ready";
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  ASSERT_NE(outside_.to<proto::Start>("a1"), nullptr);
  EXPECT_EQ(outside_.to<proto::Start>("a1")->at, outside_.to<proto::Start>("a2")->at) << "all begin together";
  pass(500ms);
  EXPECT_EQ(state(run), RunState::running);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(100ms);
  EXPECT_EQ(state(run), RunState::finished);
  console(proto::Attach{9, run});
  const auto* snapshot = outside_.told<proto::Snapshot>("c");
  ASSERT_NE(snapshot, nullptr);
  EXPECT_EQ(snapshot->totals.all().hits(), 100u);
}

TEST_F(BrokerTest, ABatchIsAcknowledgedOnlyWhenItIsOnTheDisk) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 5, 5);
  EXPECT_EQ(outside_.to<proto::Ack>("a1"), nullptr);
  broker_->committed();
  ASSERT_NE(outside_.to<proto::Ack>("a1"), nullptr);
  EXPECT_EQ(outside_.to<proto::Ack>("a1")->seq, 1u);
}

TEST_F(BrokerTest, AWelcomeCountsOnlyWhatIsOnTheDisk) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 5, 5);
  come("a1/2", 1, {{run, 1, true, true, 1}});
  EXPECT_EQ(outside_.to<proto::Welcome>("a1/2")->leases.at(0).durable_seq, 0u);
}

TEST_F(BrokerTest, FiguresOfAShareThatSomebodyElseHasDoNotCount) {
  const std::string run = begin();
  pass(500ms);
  report("a2", run, 1, 1, 1000, 1000);
  broker_->committed();
  EXPECT_EQ(outside_.to<proto::Ack>("a2"), nullptr);
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->totals.all().hits(), 0u);
}

TEST_F(BrokerTest, AStrangerHasToSayHello) {
  agent("stranger", proto::Beat{});
  EXPECT_NE(outside_.to<proto::Rehello>("stranger"), nullptr);
}

TEST_F(BrokerTest, TooFewAgentsAreToldAtOnce) {
  console(order(3));
  const auto* error = outside_.told<proto::Error>("c");
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->exit_code, exit_code::too_few_agents);
  EXPECT_EQ(error->id, "not-enough-agents");
  EXPECT_TRUE(error->message.starts_with("Not enough agents running on that broker. Asked: 3, Got: 2")) << error->message;
  EXPECT_TRUE(outside_.records.empty());
}

TEST_F(BrokerTest, AnOrderThatWaitsBeginsWhenAgentsAreFree) {
  const std::string first = begin();
  proto::Submit later = order(2);
  later.order.wait_agents = 60s;
  console(later);
  const std::string second = outside_.told<proto::Submitted>("c")->run;
  pass(2s);
  EXPECT_EQ(state(second), RunState::queued);
  report("a1", first, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", first, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(state(second), RunState::preparing);
}

TEST_F(BrokerTest, AnOrderDoesNotWaitLongerThanItSaid) {
  begin();
  proto::Submit later = order(2);
  later.order.wait_agents = 5s;
  console(later);
  const std::string second = outside_.told<proto::Submitted>("c")->run;
  pass(6s);
  EXPECT_EQ(state(second), RunState::failed);
  EXPECT_EQ(outside_.records.at(second).exit_code, exit_code::too_few_agents);
}

TEST_F(BrokerTest, TheSameOrderTwiceIsOneRun) {
  const proto::Submit submit = order(1);
  console(submit);
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  console(submit);
  EXPECT_EQ(outside_.told<proto::Submitted>("c")->run, run);
  EXPECT_EQ(outside_.records.size(), 1u);
}

TEST_F(BrokerTest, ATestThatDoesNotLoadEndsTheRunBeforeAnythingIsSent) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  agent("a2", proto::Prepared{run, 2, 3, "cannot-load", "it uses a::b()"});
  EXPECT_EQ(state(run), RunState::failed);
  EXPECT_EQ(outside_.records.at(run).exit_code, 3);
  EXPECT_EQ(outside_.records.at(run).message, "agent host/a2: it uses a::b()");
  EXPECT_EQ(outside_.to<proto::Start>("a1"), nullptr);
  ASSERT_NE(outside_.to<proto::Stop>("a1"), nullptr);
}

TEST_F(BrokerTest, AgentsThatAreNotReadyInTimeAreNamed) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  pass(61s);
  EXPECT_EQ(state(run), RunState::failed);
  EXPECT_NE(outside_.records.at(run).message.find("host/a2"), std::string::npos) << outside_.records.at(run).message;
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
  broker_->committed();
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

TEST_F(BrokerTest, StoppingIsPatientFirst) {
  const std::string run = begin();
  pass(500ms);
  console(proto::StopRun{2, run, false});
  EXPECT_EQ(state(run), RunState::stopping);
  ASSERT_NE(outside_.to<proto::Stop>("a1"), nullptr);
  EXPECT_FALSE(outside_.to<proto::Stop>("a1")->cut);
  pass(13s);
  EXPECT_TRUE(outside_.to<proto::Stop>("a1")->cut) << "patience ends";
  report("a1", run, 1, 1, 5, 5, proto::ShareEnd::stopped);
  report("a2", run, 2, 1, 5, 5, proto::ShareEnd::stopped);
  pass(100ms);
  EXPECT_EQ(state(run), RunState::stopped);
}

TEST_F(BrokerTest, ARunThatIsStoppedBeforeItsStartSendsNothing) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  console(proto::StopRun{2, run, false});
  EXPECT_EQ(state(run), RunState::stopped);
  EXPECT_TRUE(outside_.to<proto::Stop>("a1")->cut);
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

TEST_F(BrokerTest, ARunThatIsStoppedWhileItsFilesAreOnTheirWayLeavesItsAgentsFree) {
  proto::Submit submit = order(2);
  submit.order.test.url.clear();
  submit.order.test.bundle = std::string(64, 'b');
  submit.order.test.bundle_size = 3000;
  console(submit);
  console(proto::StopRun{2, outside_.told<proto::Submitted>("c")->run, false});
  pass(100ms);
  console(order(2));
  EXPECT_EQ(state(outside_.told<proto::Submitted>("c")->run), RunState::preparing);
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

TEST_F(BrokerTest, WhichRunIsMeantHasToBeClear) {
  console(proto::Attach{3, ""});
  EXPECT_EQ(outside_.told<proto::Error>("c")->id, "no-such-run");
  console(order(1));
  console(proto::Attach{4, ""});
  EXPECT_NE(outside_.told<proto::Snapshot>("c"), nullptr);
  console(order(1));
  console(proto::Attach{5, ""});
  EXPECT_EQ(outside_.told<proto::Error>("c")->id, "which-run");
}

TEST_F(BrokerTest, ATestsFilesAreFetchedFromTheConsoleBeforeTheAgentsAreAsked) {
  proto::Submit submit = order(1);
  submit.order.test.url.clear();
  submit.order.test.bundle = std::string(64, 'b');
  submit.order.test.bundle_size = 3000;
  console(submit);
  ASSERT_NE(outside_.told<proto::WantChunk>("c"), nullptr);
  EXPECT_EQ(outside_.to<proto::Prepare>("a1"), nullptr);
  console(proto::Chunk{submit.order.test.bundle, 0, proto::Blob(2000, 1)});
  EXPECT_EQ(outside_.told<proto::WantChunk>("c")->offset, 2000u);
  console(proto::Chunk{submit.order.test.bundle, 2000, proto::Blob(1000, 1)});
  const bool asked = outside_.to<proto::Prepare>("a1") != nullptr || outside_.to<proto::Prepare>("a2") != nullptr;
  EXPECT_TRUE(asked);
}

TEST_F(BrokerTest, AnAgentWhoseConnectionIsGoneIsGivenNothing) {
  beating_ = {"a1"};
  broker_->on_unreachable("a2", now());
  pass(100ms);
  console(order(2));
  EXPECT_EQ(outside_.told<proto::Error>("c")->id, "not-enough-agents");
}

TEST_F(BrokerTest, AgentsOfAnotherKindOfMachineAreLeftAlone) {
  proto::Submit submit = order(1);
  submit.order.test.machine = "aarch64";
  console(submit);
  EXPECT_NE(outside_.told<proto::Error>("c")->message.find("of another kind than the test's aarch64"), std::string::npos);
}

TEST_F(BrokerTest, DescribesWhoIsThereAndWhatGoesOn) {
  EXPECT_EQ(broker_->describe(), "2 agents, 0 runs go on");
  begin();
  EXPECT_EQ(broker_->describe(), "2 agents, 1 run goes on");
  beating_ = {"a1"};
  pass(11s);
  EXPECT_EQ(broker_->describe(), "1 agent, 1 run goes on");
}

TEST_F(BrokerTest, PurgingStopsEverything) {
  console(proto::Purge{3});
  EXPECT_EQ(outside_.told<proto::Done>("c")->count, 0u);
  begin();
  pass(500ms);
  console(proto::Purge{4});
  EXPECT_EQ(outside_.told<proto::Done>("c")->count, 1u);
  EXPECT_TRUE(outside_.to<proto::Stop>("a1")->cut);
}

}  // namespace
}  // namespace loads::broker
