#include "broker/core/broker.h"

#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

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

TEST_F(BrokerTest, SingleExchangesAreForThoseWhoAskForAllFigures) {
  const std::string run = begin();
  pass(500ms);
  proto::Batch batch;
  batch.run = run;
  batch.lease = 1;
  batch.seq = 1;
  metrics::Exemplar exemplar;
  exemplar.status = 200;
  exemplar.answer = std::string(2000, 'x');
  batch.slices.emplace_back().exemplars.add(exemplar);
  agent("a1", batch);
  pass(1s);
  ASSERT_FALSE(outside_.published.empty());
  EXPECT_TRUE(outside_.published.back().totals.all().exemplars.empty());
  EXPECT_LT(proto::encode(outside_.published.back()).size(), 2000u);
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->totals.all().exemplars.slowest().size(), 1u);
}

TEST_F(BrokerTest, ABatchIsAcknowledgedOnlyWhenItIsOnTheDisk) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 5, 5);
  EXPECT_EQ(outside_.to<proto::Ack>("a1"), nullptr);
  broker_->committed(now());
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
  broker_->committed(now());
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

TEST_F(BrokerTest, OrdersThatWaitedTogetherGetAgentsOfTheirOwn) {
  const std::string first = begin();
  std::vector<std::string> waiting;
  for (int i = 0; i < 3; ++i) {
    proto::Submit waits = order(1);
    waits.order.wait_agents = 60s;
    console(waits);
    waiting.push_back(outside_.told<proto::Submitted>("c")->run);
  }
  report("a1", first, 1, 1, 5, 5, proto::ShareEnd::completed);
  report("a2", first, 2, 1, 5, 5, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(outside_.records.at(waiting[0]).leases.at(0).name, "host/a1");
  EXPECT_EQ(outside_.records.at(waiting[1]).leases.at(0).name, "host/a2");
  EXPECT_EQ(state(waiting[2]), RunState::queued);
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

TEST_F(BrokerTest, ARunThatWasStoppedIsShownAsFarAsItCame) {
  const std::string run = begin();
  pass(1s);
  agent("a1", proto::Beat{{}, {}, {{run, 1, true, true, 0}}, {{run, 1, 10, 0.5, {}}}});
  agent("a2", proto::Beat{{}, {}, {{run, 2, true, true, 0}}, {{run, 2, 10, 0.25, {}}}});
  agent("a2", proto::Beat{{}, {}, {{run, 2, true, true, 0}}, {{run, 2, 0, 0, {}}}});  // of a worker in the place of another
  console(proto::StopRun{2, run, false});
  report("a1", run, 1, 1, 5, 5, proto::ShareEnd::stopped);
  report("a2", run, 2, 1, 5, 5, proto::ShareEnd::stopped);
  pass(1s);
  ASSERT_EQ(state(run), RunState::stopped);
  restart_broker();  // so that it is read from the disk
  console(proto::Attach{9, run});
  EXPECT_DOUBLE_EQ(outside_.told<proto::Snapshot>("c")->status.fraction(), 0.375);
}

TEST_F(BrokerTest, ARunThatIsStoppedBeforeItsStartSendsNothing) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  console(proto::StopRun{2, run, false});
  EXPECT_EQ(state(run), RunState::stopped);
  EXPECT_TRUE(outside_.to<proto::Stop>("a1")->cut);
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

TEST_F(BrokerTest, WhoLooksOnSeesAgentsAndRuns) {
  using proto::AgentState;
  const auto count = [&](AgentState state) { return broker_->count_agents(now()).at(static_cast<std::size_t>(state)); };
  EXPECT_EQ(count(AgentState::free), 2U);
  const std::string run = begin();
  EXPECT_EQ(count(AgentState::busy), 2U);
  ASSERT_NE(broker_->run(run), nullptr);
  EXPECT_EQ(broker_->run(run)->id(), run);
  EXPECT_EQ(broker_->run("ffffffff"), nullptr);
  beating_ = {"a1"};
  pass(11s);
  EXPECT_EQ(count(AgentState::lost), 1U);
  std::size_t runs = 0;
  broker_->for_each_run([&](const auto&) { ++runs; });
  EXPECT_EQ(runs, 1U);
}

}  // namespace
}  // namespace loads::broker
