// What the broker's disk no longer has, and peers that ask for more than there can be.

#include <gtest/gtest.h>

#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

class BrokerDamageTest : public BrokerTest {
 protected:
  // A run of which one batch has come, whose pages cannot be read when the broker is started again.
  std::string begin_and_lose_the_ledger() {
    const std::string run = begin();
    pass(500ms);
    report("a1", run, 1, 1, 20, 20);
    broker_->committed(now());
    outside_.pages.clear();
    outside_.bad_checkpoint = "no checkpoint";
    restart_broker();
    come("a1", 1, {{run, 1, true, true, 1}});
    come("a2", 1, {{run, 2, true, true, 0}});
    return run;
  }
};

TEST_F(BrokerDamageTest, ARunWhoseCheckpointCannotBeReadGoesOnAndSaysSo) {
  const std::string run = begin_and_lose_the_ledger();
  report("a1", run, 1, 2, 30, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::incomplete);
  EXPECT_EQ(outside_.records.at(run).error_id, "damaged-figures");
  EXPECT_EQ(outside_.records.at(run).exit_code, 5);
  EXPECT_EQ(outside_.records.at(run).message, "the broker's disk has lost figures of this run: a checkpoint of its figures cannot be read");
  ASSERT_NE(outside_.to<proto::Ack>("a1"), nullptr);
  EXPECT_EQ(outside_.to<proto::Ack>("a1")->seq, 2u) << "the agent need not keep what comes after the gap";
}

// As its owner may, when the broker says that they are damaged.
TEST_F(BrokerDamageTest, ARunWhosePagesWereTakenAwaySaysSo) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 20, 20);
  pass(100ms);
  outside_.pages.clear();
  restart_broker();
  come("a1", 1, {{run, 1, true, true, 1}});
  come("a2", 1, {{run, 2, true, true, 0}});
  report("a1", run, 1, 2, 30, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::incomplete);
  EXPECT_EQ(outside_.records.at(run).message, "the broker's disk has lost figures of this run: all that it had is gone");
}

TEST_F(BrokerDamageTest, ThatThereAreFiguresIsKnownBeforeAnAgentMayForgetItsOwn) {
  const std::string run = begin();
  pass(500ms);
  outside_.forget();
  report("a1", run, 1, 1, 20, 20);
  outside_.disk_full = true;
  broker_->committed(now());
  EXPECT_EQ(outside_.to<proto::Ack>("a1")->seq, 0u) << "the record does not say so yet";
  outside_.disk_full = false;
  report("a1", run, 1, 1, 20, 20);
  broker_->committed(now());
  ASSERT_EQ(outside_.to<proto::Ack>("a1")->seq, 1u);
  EXPECT_TRUE(outside_.records.at(run).has_figures) << "a broker that is killed now has nobody's next tick to say it";
}

TEST_F(BrokerDamageTest, OnlyOneGapOfAShareIsBorne) {
  const std::string run = begin_and_lose_the_ledger();
  report("a1", run, 1, 2, 30, 50);
  report("a1", run, 1, 4, 30, 80);
  pass(200ms);
  EXPECT_EQ(outside_.to<proto::Ack>("a1")->seq, 2u);
}

TEST_F(BrokerDamageTest, ARunThatWasOverIsShownAsWhatItIs) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  ASSERT_EQ(state(run), RunState::finished);
  outside_.bad_checkpoint = "no checkpoint";
  console(proto::Attach{9, run});
  const proto::RunStatus& status = outside_.told<proto::Snapshot>("c")->status;
  EXPECT_EQ(status.state, RunState::incomplete);
  EXPECT_EQ(status.error_id, "damaged-figures");
  ASSERT_EQ(status.warnings.size(), 1u);
  EXPECT_EQ(status.warnings[0].id, "damaged-figures");
}

TEST_F(BrokerDamageTest, AnAgentThatHoldsNothingOfARunWhoseEndGotLostIsFree) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  broker_->committed(now());
  outside_.pages.clear();
  outside_.bad_checkpoint = "no checkpoint";
  restart_broker();
  come("a1");
  come("a2", 1, {{run, 2, true, true, 0}});
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(200ms);
  EXPECT_EQ(state(run), RunState::incomplete);
  console(proto::Ping{1, 1, ""});
  for (const proto::AgentStatus& agent : outside_.told<proto::Pong>("c")->agents) EXPECT_EQ(agent.state, proto::AgentState::free);
}

// It was prepared once more by a message that came after the stop.
TEST_F(BrokerDamageTest, AnAgentThatHoldsAShareThatHasEndedIsToldToStop) {
  const std::string run = begin();
  pass(500ms);
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  pass(100ms);
  outside_.forget();
  agent("a1", proto::Beat{{}, {}, {{run, 1, true, false, 0}}, {}});
  EXPECT_NE(outside_.to<proto::Stop>("a1"), nullptr);
}

TEST_F(BrokerDamageTest, TheEndOfARunIsPublishedWithTheBrokersEpoch) {
  const std::string run = begin();
  pass(500ms);
  outside_.forget();
  report("a1", run, 1, 1, 50, 50, proto::ShareEnd::completed);
  report("a2", run, 2, 1, 50, 50, proto::ShareEnd::completed);
  pass(100ms);
  ASSERT_FALSE(outside_.published.empty());
  EXPECT_EQ(outside_.published.back().status.state, RunState::finished);
  EXPECT_EQ(outside_.published.back().epoch, 1u);
}

TEST_F(BrokerDamageTest, AFailureIsPublishedAtOnce) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  outside_.forget();
  agent("a1", proto::Prepared{run, 1, 3, "cannot-load", "no such test"});
  pass(100ms);
  ASSERT_FALSE(outside_.published.empty());
  EXPECT_EQ(outside_.published.back().status.state, RunState::failed);
}

TEST_F(BrokerDamageTest, ARunBoundedByHitsEndsWhenItsAgentsSayNothingOfIt) {
  const std::string run = begin();
  pass(500ms);
  for (int i = 0; i < 5; ++i) {
    agent("a1", proto::Beat{{}, {}, {{run, 1, true, true, 0}}, {{run, 1, 5, 0.5, {}}}});
    pass(100s);
    EXPECT_EQ(state(run), RunState::running) << i;
  }
  pass(5min);
  EXPECT_EQ(state(run), RunState::incomplete);
}

TEST_F(BrokerDamageTest, ABeatAboutMoreSharesThanOneMayHaveIsNotHeeded) {
  const std::string run = begin();
  pass(500ms);
  outside_.forget();
  proto::Beat beat;
  beat.leases.assign(kMostHeldLeases + 1, {run, 1, true, false, 0});
  agent("a1", beat);
  EXPECT_TRUE(outside_.agents.empty());
}

}  // namespace
}  // namespace loads::broker
