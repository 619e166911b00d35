#include "agent/core/agent.h"

#include <gtest/gtest.h>

#include "unit/agent/core/agent_harness.h"

namespace loads::agent {
namespace {

TEST_F(AgentTest, SaysHelloUntilItIsWelcome) {
  pass(2500ms);
  EXPECT_EQ(outside_.count<proto::Hello>(), 3u);
  EXPECT_EQ(outside_.count<proto::Beat>(), 0u);
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {}});
  pass(2500ms);
  EXPECT_EQ(outside_.count<proto::Hello>(), 3u);
  EXPECT_GE(outside_.count<proto::Beat>(), 2u);
}

TEST_F(AgentTest, AnswersABurstOfRehellosOnce) {
  join();
  const auto before = outside_.count<proto::Hello>();
  time_ += 1s;
  for (int i = 0; i < 10; ++i) hear(proto::Rehello{2});
  EXPECT_EQ(outside_.count<proto::Hello>(), before + 1);
}

TEST_F(AgentTest, TakesAShareFromPreparationToItsEnd) {
  work();
  EXPECT_EQ(outside_.workers_started, 1);
  ASSERT_NE(outside_.told<proto::Prepared>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Prepared>()->run, "0badcafe");
  ASSERT_EQ(outside_.worker.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<proto::Start>(outside_.worker[0]));
  say(batch(1, 10, 10));
  say(batch(2, 5, 15, ShareEnd::completed));
  agent_.on_worker_gone("0badcafe", 1, "exit code 0");
  EXPECT_EQ(outside_.count<proto::Batch>(), 2u);
  EXPECT_FALSE(agent_.is_idle()) << "the broker has not got it yet";
  hear(proto::Ack{"0badcafe", 1, 2});
  EXPECT_TRUE(agent_.is_idle());
  EXPECT_EQ(outside_.leases_dropped, 1);
}

TEST_F(AgentTest, ABatchIsKeptBeforeItIsSent) {
  work();
  say(batch(1, 10, 10));
  ASSERT_EQ(outside_.batches.size(), 1u);
  EXPECT_EQ(std::get<proto::Batch>(proto::decode<proto::FromAgent>(outside_.batches[0]).message).lease, 1u);
}

TEST_F(AgentTest, AWorkerThatIsKilledIsReportedFromItsBlackBox) {
  work();
  say(batch(1, 10, 10));
  outside_.box->sent = 20;
  outside_.box->settled = 17;
  outside_.box->answered = 17;
  agent_.on_worker_gone("0badcafe", 1, "SIGKILL");
  pass(100ms);
  const auto* last = outside_.told<proto::Batch>();
  ASSERT_TRUE(last->result);
  EXPECT_EQ(last->seq, 2u);
  EXPECT_EQ(last->result->end, ShareEnd::worker_lost);
  EXPECT_EQ(last->result->in_flight, 3u);
  EXPECT_EQ(last->tally.answered, 17u);
  EXPECT_EQ(last->slices.at(0).hits(), 7u) << "what the box has counted beyond the batches";
}

TEST_F(AgentTest, WhatAWorkerThatIsKilledInTheWarmUpHasCountedIsNoFigure) {
  join();
  proto::Prepare order = prepare();
  order.order.plan.warm_up = 10s;
  hear(order);
  say(proto::Prepared{});
  hear(proto::Start{"0badcafe", 1, time_ + 100ms});
  say(batch(1, 10, 10));
  outside_.box->sent = outside_.box->settled = outside_.box->answered = 17;
  agent_.on_worker_gone("0badcafe", 1, "SIGKILL");
  pass(100ms);
  EXPECT_TRUE(outside_.told<proto::Batch>()->slices.at(0).warm_up);
}

TEST_F(AgentTest, AWorkerThatCannotLoadTheTestIsAnAnswerAndNotALoss) {
  join();
  hear(prepare());
  agent_.on_worker_gone("0badcafe", 1, "SIGSEGV");
  EXPECT_EQ(outside_.told<proto::Prepared>()->exit_code, 3);
  EXPECT_EQ(outside_.told<proto::Prepared>()->error_id, "worker-died");
}

TEST_F(AgentTest, AnEarlierStartsBatchesAreReportedWithWhatTheBoxHolds) {
  proto::Batch first = batch(1, 10, 10);
  first.run = "0badcafe";
  first.lease = 1;
  outside_.box->sent = outside_.box->settled = outside_.box->answered = 12;
  agent_.restore(prepare(), {}, {proto::encode(first)});
  pass(100ms);
  ASSERT_EQ(outside_.told<proto::Hello>()->leases.size(), 1u);
  EXPECT_FALSE(outside_.told<proto::Hello>()->leases[0].working);
  EXPECT_EQ(outside_.told<proto::Hello>()->leases[0].last_seq, 1u);
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 0, {}}}});
  ASSERT_EQ(outside_.count<proto::Batch>(), 2u);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::agent_lost);
  EXPECT_EQ(outside_.told<proto::Batch>()->tally.answered, 12u);
}

TEST_F(AgentTest, ADiskThatKnowsLessThanTheBrokerDoesNotHideTheEnd) {
  proto::Batch first = batch(1, 10, 10);
  first.run = "0badcafe";
  first.lease = 1;
  outside_.box->sent = outside_.box->settled = outside_.box->answered = 45;
  agent_.restore(prepare(), {}, {proto::encode(first)});
  pass(100ms);
  metrics::Tally at_the_broker;
  at_the_broker.answered = at_the_broker.sent = at_the_broker.settled = 40;
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 4, at_the_broker}}});
  ASSERT_EQ(outside_.count<proto::Batch>(), 1u);
  EXPECT_EQ(outside_.told<proto::Batch>()->seq, 5u);
  EXPECT_EQ(outside_.told<proto::Batch>()->slices.at(0).hits(), 5u);
  EXPECT_FALSE(agent_.is_idle());
}

TEST_F(AgentTest, ARefusedAgentStopsItsLoadAsIfThereWereNoBroker) {
  work();
  for (int i = 0; i < 700; ++i) {
    if (i % 100 == 0) hear(proto::Refused{"keys", "revoked"});
    say(proto::LeaseProgress{});
    agent_.tick(time_ += 100ms);
  }
  ASSERT_GE(outside_.worker.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<proto::Stop>(outside_.worker[1]));
}

TEST_F(AgentTest, AShareThatNeverSentAnythingIsForgottenWithItsAgent) {
  agent_.restore(prepare(), {}, {});
  EXPECT_EQ(outside_.leases_dropped, 1);
  EXPECT_TRUE(agent_.is_idle());
}

TEST_F(AgentTest, ASilentBrokerStopsTheLoadWhenItsTimeIsOver) {
  work();
  pass_in_company(2s);
  for (int i = 0; i < 590; ++i) {
    say(proto::LeaseProgress{});
    agent_.tick(time_ += 100ms);
  }
  EXPECT_EQ(outside_.worker.size(), 1u) << "59 s are not 60";
  say(proto::LeaseProgress{});
  pass(1500ms);
  ASSERT_GE(outside_.worker.size(), 2u);
  EXPECT_FALSE(std::get<proto::Stop>(outside_.worker[1]).cut);
  say(batch(1, 10, 10, ShareEnd::stopped));
  hear(proto::Welcome{"cluster", 2, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 0, {}}}});
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::abandoned);
}

TEST_F(AgentTest, AWorkerThatIsSilentIsKilled) {
  work();
  say(proto::LeaseProgress{});
  for (int i = 0; i < 160; ++i) {
    hear(proto::BeatAnswer{});
    agent_.tick(time_ += 100ms);
  }
  EXPECT_EQ(outside_.workers_killed, 1);
}

TEST_F(AgentTest, ATestThatIsNotLoadedInTimeIsGivenUp) {
  join();
  hear(prepare());
  pass(9900ms);
  EXPECT_EQ(outside_.told<proto::Prepared>(), nullptr);
  pass(200ms);
  ASSERT_NE(outside_.told<proto::Prepared>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Prepared>()->exit_code, 3);
  EXPECT_EQ(outside_.told<proto::Prepared>()->message, "the test was not loaded within 10s: its module hangs");
  EXPECT_EQ(outside_.workers_killed, 1);
  const auto answers = outside_.count<proto::Prepared>();
  agent_.on_worker_gone("0badcafe", 1, "it was killed by its agent");
  EXPECT_EQ(outside_.count<proto::Prepared>(), answers) << "that is known";
}

// The broker has arranged the start already, and waits for a share that nobody works on.
TEST_F(AgentTest, AWorkerThatDiesBetweenReadinessAndStartConcludesItsShareAtTheStart) {
  join();
  hear(prepare());
  say(proto::Prepared{});
  agent_.on_worker_gone("0badcafe", 1, "SIGKILL");
  EXPECT_EQ(outside_.told<proto::Prepared>()->exit_code, 3);
  EXPECT_EQ(outside_.told<proto::Batch>(), nullptr) << "the broker may still fail the run: nothing was sent";
  hear(proto::Start{"0badcafe", 1, time_ + 100ms});
  ASSERT_NE(outside_.told<proto::Batch>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::worker_lost);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->message, "its worker process ended before the start: SIGKILL");
  EXPECT_TRUE(outside_.worker.empty()) << "nobody is told to begin";
}

// What was made after a power failure is numbered after what the broker had; then the agent is killed once more.
TEST_F(AgentTest, ABatchAfterAGapOnTheDiskIsReportedUnderItsNumber) {
  proto::Batch before = batch(1, 10, 10);
  proto::Batch last = batch(5, 10, 50, ShareEnd::agent_lost);
  for (proto::Batch* one : {&before, &last}) {
    one->run = "0badcafe";
    one->lease = 1;
  }
  agent_.restore(prepare(), {}, {proto::encode(before), proto::encode(last)});
  pass(100ms);
  EXPECT_EQ(outside_.told<proto::Hello>()->leases.at(0).last_seq, 5u);
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 4, {}}}});
  ASSERT_NE(outside_.told<proto::Batch>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Batch>()->seq, 5u);
}

// A stop that overtakes the welcome, which says from where on to number.
TEST_F(AgentTest, AStopDoesNotEndWhatAnEarlierStartHasLeftBeforeTheBrokerHasSaidWhatItKnows) {
  outside_.box = metrics::Tally{10, 10, 10, 0, {10, 0, 0, 0, 0}};
  agent_.restore(prepare(), {}, {});
  pass(100ms);
  hear(proto::Stop{"0badcafe", 1, true});
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 3, {}}}});
  ASSERT_NE(outside_.told<proto::Batch>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Batch>()->seq, 4u);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::agent_lost);
}

TEST_F(AgentTest, TheTestsFilesAreFetchedFirst) {
  join();
  outside_.bundle_bytes = 0;
  proto::Prepare order = prepare();
  order.order.test.url.clear();
  order.order.test.bundle = std::string(64, 'b');
  order.order.test.bundle_size = 3000;
  hear(order);
  EXPECT_EQ(outside_.workers_started, 0);
  hear(proto::Chunk{order.order.test.bundle, 0, proto::Blob(2000, 1)});
  EXPECT_EQ(outside_.told<proto::WantChunk>()->offset, 2000u);
  hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {}});
  EXPECT_EQ(outside_.count<proto::WantChunk>(), 3u) << "a part that was lost with the connection is asked for again";
  hear(order);
  EXPECT_EQ(outside_.count<proto::WantChunk>(), 4u) << "and one that was lost without the connection, when the order comes again";
  hear(proto::Chunk{order.order.test.bundle, 2000, proto::Blob(1000, 1)});
  EXPECT_EQ(outside_.workers_started, 1);
}

TEST_F(AgentTest, AStopBeforeTheStartSendsNothing) {
  join();
  hear(prepare());
  say(proto::Prepared{});
  hear(proto::Stop{"0badcafe", 1, true});
  EXPECT_EQ(outside_.workers_killed, 1);
  hear(proto::Start{"0badcafe", 1, time_});
  EXPECT_TRUE(outside_.worker.empty());
  ASSERT_NE(outside_.told<proto::Batch>(), nullptr);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::stopped);
}

TEST_F(AgentTest, ABusyAgentTakesNoOtherShare) {
  work();
  proto::Prepare other = prepare();
  other.run = "0badf00d";
  hear(other);
  EXPECT_EQ(outside_.workers_started, 1);
  EXPECT_EQ(outside_.told<proto::Prepared>()->error_id, "agent-busy");
}

TEST_F(AgentTest, WhatTheBrokerDoesNotKnowIsKeptAndNotSent) {
  proto::Batch first = batch(1, 10, 10, ShareEnd::completed);
  first.run = "0badcafe";
  first.lease = 1;
  agent_.restore(prepare(), {}, {proto::encode(first)});
  pass(100ms);
  hear(proto::Welcome{"another", 1, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::unknown, 0, {}}}});
  pass_in_company(3s);
  EXPECT_EQ(outside_.count<proto::Batch>(), 0u);
  EXPECT_EQ(outside_.leases_dropped, 0);
}

}  // namespace
}  // namespace loads::agent
