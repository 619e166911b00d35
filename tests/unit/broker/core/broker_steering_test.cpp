// The load of a run that is changed while it goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

using proto::SteerKind;
using testing::ElementsAre;
using testing::HasSubstr;

class SteeringTest : public BrokerTest {
 protected:
  SteeringTest() {
    minor_ = 2;
    for (const char* route : {"a1", "a2"}) come(route, 2);
  }

  std::string begin(const plan::Step& step = {10, {}, 60s}) {
    proto::Submit submit = order(2);
    submit.order.plan.steps = {step};
    console(submit);
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    agent("a1", proto::Prepared{run, 1, 0, "", ""});
    agent("a2", proto::Prepared{run, 2, 0, "", ""});
    pass(1s);
    outside_.forget();
    return run;
  }
  void steer(const std::string& run, SteerKind kind, double factor = 1) { console(proto::SteerRun{3, run, kind, factor}); }
  // On the monotonic clock, of one since the start of the run.
  proto::Nanoseconds time_of(plan::Seconds at, const std::string& run) {
    const auto since = std::chrono::duration_cast<proto::Nanoseconds>(at);
    return outside_.records.at(run).started - (now().wall - now().steady) + since;
  }
  const proto::Steered& steered() { return *outside_.told<proto::Steered>("c"); }
  const proto::Error& error() { return *outside_.told<proto::Error>("c"); }
  std::vector<double> factors(const std::string& route) {
    std::vector<double> all;
    for (const auto& change : outside_.to<proto::Steer>(route)->steering.changes) all.push_back(change.factor);
    return all;
  }
  void beat(const std::string& route, const std::string& run, proto::Lease lease, std::uint64_t steered) {
    proto::HeldLease held{run, lease, true, true, 0};
    held.steered = steered;
    agent(route, proto::Beat{time_, {}, {held}, {}});
  }
};

TEST_F(SteeringTest, AllAgentsChangeAtOneInstantThatIsToCome) {
  const std::string run = begin();
  steer(run, SteerKind::scale, 1.5);
  ASSERT_NE(outside_.to<proto::Steer>("a1"), nullptr);
  EXPECT_EQ(outside_.to<proto::Steer>("a1")->steering, outside_.to<proto::Steer>("a2")->steering);
  EXPECT_EQ(outside_.to<proto::Steer>("a2")->lease, 2U);
  EXPECT_EQ(steered().factor, 1.5);
  EXPECT_EQ(steered().run, run);
  const auto started = outside_.records.at(run).started.time_since_epoch();
  EXPECT_GE(steered().at, now().wall.time_since_epoch() - started + 100ms);
}

// A disk may take longer than all agents have to hear of it.
TEST_F(SteeringTest, AnInstantThatPassesBeforeItIsOnTheDiskIsPutOff) {
  const std::string run = begin();
  outside_.save_times = {2s, 2s};
  const auto asked = now().steady;
  steer(run, SteerKind::pause);
  ASSERT_TRUE(outside_.save_times.empty());
  const auto at = time_of(outside_.to<proto::Steer>("a1")->steering.changes.back().at, run);
  EXPECT_GE(at, outside_.time.steady + 50ms);
  EXPECT_LE(at, asked + 10s);
  EXPECT_EQ(outside_.to<proto::Steer>("a1")->steering, outside_.to<proto::Steer>("a2")->steering);
  EXPECT_EQ(outside_.records.at(run).steering, outside_.to<proto::Steer>("a1")->steering) << "it is what the disk has";
}

TEST_F(SteeringTest, AStartThatPassesBeforeItIsOnTheDiskIsPutOff) {
  console(order(2));
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  outside_.save_times = {1s, 1s};
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  EXPECT_GE(outside_.to<proto::Start>("a1")->at, outside_.time.steady + 50ms);
  EXPECT_EQ(outside_.to<proto::Start>("a1")->at, outside_.to<proto::Start>("a2")->at);
}

TEST_F(SteeringTest, APauseEndsWithTheLoadThatWasBefore) {
  const std::string run = begin();
  steer(run, SteerKind::scale, 2);
  pass(1s);
  steer(run, SteerKind::pause);
  EXPECT_EQ(steered().factor, 0);
  pass(1s);
  steer(run, SteerKind::resume);
  EXPECT_EQ(steered().factor, 2);
  EXPECT_THAT(factors("a1"), ElementsAre(2, 0, 2));
  console(proto::Attach{9, run});
  EXPECT_EQ(outside_.told<proto::Snapshot>("c")->status.steering.changes.size(), 3U);
}

TEST_F(SteeringTest, ARunThatIsAboutToBeginIsChangedSoonAfterItsStart) {
  proto::Submit submit = order(2);
  submit.order.plan.steps = {{10, {}, 60s}};
  console(submit);
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  steer(run, SteerKind::scale, 0.5);
  EXPECT_EQ(error().id, "not-running");
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  ASSERT_EQ(state(run), RunState::ready);
  steer(run, SteerKind::scale, 0.5);
  EXPECT_GE(steered().at, 0s);
  EXPECT_LE(steered().at, 500ms);
  EXPECT_THAT(factors("a1"), ElementsAre(0.5));
}

TEST_F(SteeringTest, ToBeAskedAgainChangesNothing) {
  const std::string run = begin();
  steer(run, SteerKind::pause);
  const auto at = steered().at;
  pass(1s);
  steer(run, SteerKind::pause);
  EXPECT_EQ(steered().at, at);
  EXPECT_THAT(factors("a1"), ElementsAre(0));
  steer(run, SteerKind::resume);
  steer(run, SteerKind::resume);
  EXPECT_THAT(factors("a1"), ElementsAre(0, 1));
}

TEST_F(SteeringTest, AnAgentThatMissedItIsToldAgain) {
  const std::string run = begin();
  steer(run, SteerKind::pause);
  outside_.forget();
  beat("a1", run, 1, 1);
  beat("a2", run, 2, 0);
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr);
  EXPECT_NE(outside_.to<proto::Steer>("a2"), nullptr);
}

TEST_F(SteeringTest, ABrokerThatIsStartedAgainKnowsIt) {
  const std::string run = begin();
  steer(run, SteerKind::pause);
  restart_broker();
  come("a1", 2, {{run, 1, true, true, 0}});
  beat("a1", run, 1, 0);
  ASSERT_NE(outside_.to<proto::Steer>("a1"), nullptr);
  pass(100ms);
  steer(run, SteerKind::resume);
  EXPECT_THAT(factors("a1"), ElementsAre(0, 1));
}

TEST_F(SteeringTest, NothingIsChangedThatIsNotOnTheDisk) {
  const std::string run = begin();
  outside_.disk_full = true;
  steer(run, SteerKind::pause);
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr);
  EXPECT_EQ(error().id, "broker-disk");
  outside_.disk_full = false;
  steer(run, SteerKind::pause);
  EXPECT_THAT(factors("a1"), ElementsAre(0));
}

TEST_F(SteeringTest, HitsArePausedAndNotScaled) {
  const std::string run = begin({10, 100, {}});
  steer(run, SteerKind::scale, 2);
  EXPECT_EQ(error().exit_code, exit_code::usage);
  EXPECT_THAT(error().message, HasSubstr("it can be paused, not scaled"));
  steer(run, SteerKind::pause);
  EXPECT_EQ(steered().factor, 0);
}

TEST_F(SteeringTest, WhatIsNotRunningIsRefused) {
  const std::string run = begin();
  console(proto::StopRun{2, run, false});
  steer(run, SteerKind::pause);
  EXPECT_THAT(error().message, HasSubstr("run " + run + " is stopping"));
  steer("", SteerKind::scale, 0);
  EXPECT_EQ(error().id, "not-running");
}

TEST_F(SteeringTest, AFactorBeyondAllReasonIsRefused) {
  const std::string run = begin();
  for (const double factor : {0.0, -1.0, 1001.0}) {
    outside_.forget();
    steer(run, SteerKind::scale, factor);
    ASSERT_NE(outside_.told<proto::Error>("c"), nullptr) << factor;
    EXPECT_EQ(error().id, "options");
  }
}

TEST_F(SteeringTest, AnAgentOfAnEarlierProtocolKeepsTheRunAsItIs) {
  minor_ = 1;
  come("a2", 3);
  const std::string run = begin();
  steer(run, SteerKind::pause);
  EXPECT_EQ(error().id, "version");
  EXPECT_THAT(error().message, HasSubstr("agent host/a2"));
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr);
}

TEST_F(SteeringTest, ARunOfProcessesOfTheirOwnIsRefused) {
  proto::Submit submit = order(2);
  submit.order.plan.steps = {{10, {}, 60s}};
  submit.order.test.url.clear();
  submit.order.test.external.command = "node {test}";
  console(submit);
  const std::string run = outside_.told<proto::Submitted>("c")->run;
  agent("a1", proto::Prepared{run, 1, 0, "", ""});
  agent("a2", proto::Prepared{run, 2, 0, "", ""});
  pass(1s);
  steer(run, SteerKind::pause);
  EXPECT_EQ(error().id, "cannot-steer");
}

// A run of a rate by three agents, all there are.
class DealtRateTest : public SteeringTest {
 protected:
  DealtRateTest() {
    come("a3", 2);
    beating_ = {"a1", "a2", "a3"};
  }

  std::string begin() {
    proto::Submit submit = order(3);
    submit.order.plan.steps = plan::make_rate_steps({300}, plan::Seconds(120), plan::Seconds(0), 100);
    submit.order.rebalance = true;
    console(submit);
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    for (proto::Lease lease = 1; lease <= 3; ++lease) agent("a" + std::to_string(lease), proto::Prepared{run, lease, 0, "", ""});
    pass(1s);
    outside_.forget();
    return run;
  }
  std::vector<plan::Turn> turns(const std::string& route) {
    std::vector<plan::Turn> all;
    const auto* steer = outside_.to<proto::Steer>(route);
    if (steer == nullptr) return all;
    for (const auto& part : steer->steering.parts) all.push_back(part.turn);
    return all;
  }
};

TEST_F(DealtRateTest, APartThatNobodyIsFreeForIsDoneByThoseAtWork) {
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(11500ms);
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr) << "it may still be at work";
  pass(1500ms);
  EXPECT_EQ(turns("a1").size() + turns("a2").size(), 2U);
  std::vector<std::uint64_t> indices{turns("a1").at(0).index, turns("a2").at(0).index};
  std::sort(indices.begin(), indices.end());
  EXPECT_THAT(indices, ElementsAre(2, 5)) << "of 6: each second of its third";
  EXPECT_EQ(turns("a1").at(0).count, 6U);
  console(proto::Attach{9, run});
  const proto::AgentShare share = outside_.told<proto::Snapshot>("c")->status.agents.at(2);
  EXPECT_EQ(share.takers, 2U);
  EXPECT_THAT(share.taken_by, HasSubstr("host/a1"));
  EXPECT_THAT(share.taken_by, HasSubstr("host/a2"));
}

TEST_F(DealtRateTest, OneThatComesBackIsToldToStop) {
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(13s);
  come("a3", 2, {{run, 3, true, true, 0}});
  EXPECT_EQ(outside_.to<proto::Welcome>("a3")->leases.at(0).decision, proto::LeaseDecision::stop);
}

TEST_F(DealtRateTest, WhatItHadOfOthersIsDealtOnWithItsOwn) {
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(13s);
  const plan::Turn of_a2 = turns("a2").at(0);
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  std::erase(beating_, "a2");
  broker_->on_unreachable("a2", now());
  pass(500ms);
  EXPECT_THAT(turns("a1"), ElementsAre(testing::_, plan::Turn{1, 3}, of_a2)) << "the last one does all";
}

TEST_F(DealtRateTest, AFreeAgentComesFirst) {
  come("a4", 1);
  beating_.push_back("a4");
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(13s);
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr);
  EXPECT_NE(outside_.to<proto::Prepare>("a4"), nullptr);
}

TEST_F(DealtRateTest, ASuccessorIsToldOfItsParts) {
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(13s);
  const auto before = turns("a2");
  report("a2", run, 2, 1, 7, 7, proto::ShareEnd::worker_lost);
  pass(200ms);
  ASSERT_NE(outside_.to<proto::Prepare>("a2"), nullptr) << "it is free now";
  outside_.forget();
  agent("a2", proto::Prepared{run, 4, 0, "", ""});
  pass(100ms);
  EXPECT_EQ(turns("a2"), before);
}

TEST_F(DealtRateTest, NothingIsDealtThatIsNotOnTheDisk) {
  const std::string run = begin();
  std::erase(beating_, "a3");
  pass(11s);
  outside_.disk_full = true;
  pass(2s);
  EXPECT_EQ(outside_.to<proto::Steer>("a1"), nullptr);
  outside_.disk_full = false;
  pass(200ms);
  EXPECT_EQ(turns("a1").size(), 1U);
}

}  // namespace
}  // namespace loads::broker
