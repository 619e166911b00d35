// Workers that are started again (worker_restarts), and shares that another agent may have (rebalance).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/agent/core/agent_harness.h"

namespace loads::agent {
namespace {

using testing::HasSubstr;

class AgentLeaseTest : public AgentTest {
 protected:
  void work_on(std::uint32_t restarts, bool rebalance = false) {
    join();
    compare_clocks();
    proto::Prepare order = prepare();
    order.order.worker_restarts = restarts;
    order.order.rebalance = rebalance;
    order.order.on_broker_loss = proto::BrokerLoss::go_on;
    hear(order);
    say(proto::Prepared{});
    hear(proto::Start{"0badcafe", 1, time_ + 100ms});
  }
  // Both clocks show the same time, as in all of these tests.
  void compare_clocks() {
    beat_ = time_;
    hear(proto::BeatAnswer{beat_, beat_, beat_});
  }
  void lose_worker(std::uint64_t sent, std::uint64_t answered, const std::string& why = "SIGKILL") {
    outside_.box->sent = sent;
    outside_.box->settled = outside_.box->answered = answered;
    agent_.on_worker_gone("0badcafe", 1, why);
    pass(100ms);
  }
  // As pass(), with a worker that speaks, to an agent that hears nothing but what is older than it is.
  void pass_in_silence(proto::Nanoseconds time) {
    for (const auto end = time_ + time; time_ < end;) {
      hear(proto::BeatAnswer{beat_, beat_, beat_});
      say(proto::LeaseProgress{});
      agent_.tick(time_ += 100ms);
    }
  }
  template <typename Message>
  std::vector<Message> worker_was_told() const {
    std::vector<Message> all;
    for (const auto& message : outside_.worker) {
      if (const auto* one = std::get_if<Message>(&message)) all.push_back(*one);
    }
    return all;
  }

  proto::Nanoseconds beat_{};
};

TEST_F(AgentLeaseTest, AWorkerThatDiesIsReplacedAndGoesOnWithTheRest) {
  work_on(1);
  const auto began = worker_was_told<proto::Start>().at(0).at;
  say(batch(1, 10, 10));
  lose_worker(20, 17);
  EXPECT_EQ(outside_.workers_started, 2);
  EXPECT_EQ(outside_.counted_before.answered, 17u) << "the black box counts on";
  ASSERT_EQ(outside_.count<proto::Batch>(), 2u);
  EXPECT_FALSE(outside_.told<proto::Batch>()->result) << "the share is not over";
  EXPECT_EQ(outside_.told<proto::Batch>()->tally.answered, 17u);

  const auto prepared = outside_.count<proto::Prepared>();
  say(proto::Prepared{});
  EXPECT_EQ(outside_.count<proto::Prepared>(), prepared) << "the broker has had its answer";
  ASSERT_EQ(worker_was_told<proto::Start>().size(), 2u);
  EXPECT_TRUE(worker_was_told<proto::Start>()[1].join);
  EXPECT_EQ(worker_was_told<proto::Start>()[1].at, began);

  say(batch(1, 4, 4, ShareEnd::completed));
  pass(100ms);
  const auto* last = outside_.told<proto::Batch>();
  EXPECT_EQ(last->seq, 3u) << "the numbers go on, too";
  EXPECT_EQ(last->tally.answered, 21u);
  ASSERT_TRUE(last->result);
  EXPECT_EQ(last->result->end, ShareEnd::worker_lost) << "it was not whole";
  EXPECT_EQ(last->result->in_flight, 3u);
  EXPECT_THAT(last->result->message, HasSubstr("its worker process ended: SIGKILL (after 00:00; another worker has gone on)"));
}

TEST_F(AgentLeaseTest, TheLastWorkerThatIsAllowedIsNotReplaced) {
  work_on(1);
  lose_worker(20, 17);
  say(proto::Prepared{});
  lose_worker(40, 35, "SIGSEGV");
  EXPECT_EQ(outside_.workers_started, 2);
  const auto* last = outside_.told<proto::Batch>();
  ASSERT_TRUE(last->result);
  EXPECT_EQ(last->result->in_flight, 5u) << "of both";
  EXPECT_THAT(last->result->message, HasSubstr("SIGKILL"));
  EXPECT_THAT(last->result->message, HasSubstr("its worker process ended: SIGSEGV"));
}

TEST_F(AgentLeaseTest, ATestThatCrashesItsWorkerIsNamedAtTheEnd) {
  work_on(2);
  proto::Batch crash = batch(1, 10, 10, ShareEnd::crashed);
  crash.result->message = "SIGSEGV in test Shop.buys";
  say(crash);
  EXPECT_FALSE(outside_.told<proto::Batch>()->result);
  lose_worker(12, 10, "exit code 3");
  EXPECT_EQ(outside_.workers_started, 2);
  say(proto::Prepared{});
  say(batch(1, 4, 4, ShareEnd::completed));
  pass(100ms);
  const auto* last = outside_.told<proto::Batch>();
  EXPECT_EQ(last->result->end, ShareEnd::crashed);
  EXPECT_THAT(last->result->message, HasSubstr("SIGSEGV in test Shop.buys (after"));
  EXPECT_EQ(last->result->message.find("exit code 3"), std::string::npos) << "told once";
}

TEST_F(AgentLeaseTest, ATestThatCrashesAllItsWorkersIsNamedOnce) {
  work_on(2);
  for (std::uint64_t worker = 1; worker <= 3; ++worker) {
    proto::Batch crash = batch(1, 10, 10, ShareEnd::crashed);
    crash.result->message = "SIGSEGV in test Shop.buys";
    say(crash);
    if (worker == 3) break;
    lose_worker(10, 10, "exit code 3");
    say(proto::Prepared{});
  }
  pass(100ms);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->message,
            "SIGSEGV in test Shop.buys (3 times, the last after 00:00; another worker has gone on after each but the last)");
}

TEST_F(AgentLeaseTest, OneThatIsStoppedBetweenACrashAndItsEndClaimsNoOtherWorker) {
  work_on(2);
  proto::Batch crash = batch(1, 10, 10, ShareEnd::crashed);
  crash.result->message = "SIGSEGV in test Shop.buys";
  say(crash);
  hear(proto::Stop{"0badcafe", 1, false});
  lose_worker(12, 10, "exit code 3");
  EXPECT_EQ(outside_.workers_started, 1);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::crashed);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->message, "SIGSEGV in test Shop.buys (after 00:00)");
}

TEST_F(AgentLeaseTest, AShareThatIsStoppedGetsNoOtherWorker) {
  work_on(5);
  hear(proto::Stop{"0badcafe", 1, false});
  lose_worker(20, 17);
  EXPECT_EQ(outside_.workers_started, 1);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->end, ShareEnd::worker_lost);
}

TEST_F(AgentLeaseTest, AWorkerThatCannotBeStartedAgainEndsTheShare) {
  work_on(5);
  lose_worker(20, 17);
  say(proto::Prepared{"", 0, 3, "cannot-load", "no such file"});
  pass(100ms);
  ASSERT_TRUE(outside_.told<proto::Batch>()->result);
  EXPECT_EQ(outside_.told<proto::Batch>()->result->message,
            "its worker process ended: SIGKILL (after 00:00); it could not be started again: no such file");
  EXPECT_EQ(outside_.workers_killed, 1);
}

TEST_F(AgentLeaseTest, AJoinIsTakenOnceTheClocksWereCompared) {
  join();
  hear(prepare());
  say(proto::Prepared{});
  hear(proto::Start{"0badcafe", 1, time_ - 500ms, true});
  EXPECT_TRUE(worker_was_told<proto::Start>().empty()) << "nobody can tell what is left";
  compare_clocks();
  hear(proto::Start{"0badcafe", 1, time_ - 500ms, true});
  ASSERT_EQ(worker_was_told<proto::Start>().size(), 1u);
  EXPECT_EQ(worker_was_told<proto::Start>()[0].at, time_ - 500ms);
}

TEST_F(AgentLeaseTest, ANewWorkerIsToldHowTheLoadWasChanged) {
  work_on(5);
  const plan::Steering steering{{{plan::Seconds(1), 2}}, {{plan::Seconds(2), {1, 3}}}};
  hear(proto::Steer{"0badcafe", 1, steering});
  hear(proto::Steer{"0badcafe", 1, {steering.changes, {}}});
  ASSERT_EQ(worker_was_told<proto::Steer>().size(), 1U) << "the second one is older";
  EXPECT_EQ(worker_was_told<proto::Steer>().back().steering, steering);
  pass_in_company(1s);
  EXPECT_EQ(outside_.told<proto::Beat>()->leases.at(0).steered, 2U);
  outside_.worker.clear();
  lose_worker(20, 17);
  say(proto::Prepared{});
  ASSERT_EQ(worker_was_told<proto::Steer>().size(), 1U);
  EXPECT_EQ(worker_was_told<proto::Steer>().back().steering, steering);
}

TEST_F(AgentLeaseTest, AShareThatMayBeTakenStopsBeforeItIs) {
  work_on(0, true);
  ASSERT_FALSE(worker_was_told<proto::Prolong>().empty());
  EXPECT_EQ(worker_was_told<proto::Prolong>().back().until, time_ + proto::kLeaseCut);
  pass_in_silence(8900ms);
  EXPECT_TRUE(worker_was_told<proto::Stop>().empty());
  pass_in_silence(100ms);
  ASSERT_EQ(worker_was_told<proto::Stop>().size(), 1u) << "whatever on_broker_loss says, and whatever old messages are read";
  EXPECT_FALSE(worker_was_told<proto::Stop>()[0].cut);
  pass_in_silence(2s);
  EXPECT_TRUE(worker_was_told<proto::Stop>().back().cut) << "in time for the others";
}

TEST_F(AgentLeaseTest, AnAnsweredBeatProlongsFromWhenItWasSent) {
  work_on(0, true);
  const auto sent = time_ += 3s;
  time_ += 2s;
  hear(proto::BeatAnswer{sent, sent, sent});
  EXPECT_EQ(worker_was_told<proto::Prolong>().back().until, sent + proto::kLeaseCut);
}

}  // namespace
}  // namespace loads::agent
