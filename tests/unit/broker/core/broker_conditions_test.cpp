// What the broker makes of a run's own conditions: thresholds that it passes on, and those that end the run.

#include <gtest/gtest.h>

#include <algorithm>

#include "broker/core/broker.h"
#include "common/failure.h"
#include "proto/version.h"
#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

class ConditionsTest : public BrokerTest {
 protected:
  std::string begin_with(proto::Conditions conditions, plan::Seconds warm_up = plan::Seconds(0)) {
    proto::Submit submit = order(2);
    submit.order.plan.steps = {{10, {}, plan::Seconds(3600)}};
    submit.order.plan.warm_up = warm_up;
    submit.order.conditions = std::move(conditions);
    console(submit);
    const std::string run = outside_.told<proto::Submitted>("c")->run;
    agent("a1", proto::Prepared{run, 1, 0, "", "", {}});
    agent("a2", proto::Prepared{run, 2, 0, "", "", {}});
    pass(500ms);
    began_ = time_;
    return run;
  }

  // One second of test runs of both agents, the next one.
  void second(const std::string& run, std::uint64_t successes, std::uint64_t errors) {
    ++seconds_;
    for (const proto::Lease lease : {1U, 2U}) batch(run, lease, successes, errors, {});
    pass(1s);
  }

  void batch(const std::string& run, proto::Lease lease, std::uint64_t successes, std::uint64_t errors,
             std::optional<proto::ShareEnd> end) {
    metrics::Tally& tally = tallies_[lease];
    proto::Batch batch{run, lease, ++seqs_[lease], 1s * (seconds_ - 1), 1s * seconds_, {}, {}, {}, {}};
    metrics::Slice slice;
    slice.outcomes = {successes, errors, 0, 0, 0};
    tally += metrics::tally_of(slice);
    batch.slices = {slice};
    batch.tally = tally;
    if (end) batch.result = proto::ShareResult{*end, "", 0, {}};
    agent(lease == 1 ? "a1" : "a2", batch);
  }

  void end(const std::string& run, proto::ShareEnd how) {
    ++seconds_;
    for (const proto::Lease lease : {1U, 2U}) batch(run, lease, 0, 0, how);
    pass(500ms);
  }

  // What a console that attaches is told.
  proto::RunStatus attached(const std::string& run) {
    console(proto::Attach{7, run});
    return outside_.told<proto::Snapshot>("c")->status;
  }

  int seconds_ = 0;
  proto::Nanoseconds began_{};
  std::map<proto::Lease, std::uint64_t> seqs_;
  std::map<proto::Lease, metrics::Tally> tallies_;
};

TEST_F(ConditionsTest, AConsoleThatAttachesIsToldTheThresholdsAndPublicationsAreNot) {
  const std::string run = begin_with({{"errors<1%"}, {}, false});
  EXPECT_EQ(attached(run).thresholds, std::vector<std::string>{"errors<1%"});
  ASSERT_FALSE(outside_.published.empty());
  EXPECT_TRUE(outside_.published.back().status.thresholds.empty());
}

TEST_F(ConditionsTest, AnAbortThresholdOverAllAgentsEndsTheRun) {
  const std::string run = begin_with({{}, {"errors>50% for 2s"}, false});
  for (int i = 0; i < 3; ++i) second(run, 10, 0);
  EXPECT_EQ(outside_.to<proto::Stop>("a1"), nullptr);
  for (int i = 0; i < 3; ++i) second(run, 1, 9);
  ASSERT_NE(outside_.to<proto::Stop>("a1"), nullptr);
  EXPECT_FALSE(outside_.to<proto::Stop>("a1")->cut);
  EXPECT_NE(outside_.to<proto::Stop>("a2"), nullptr);
  EXPECT_EQ(state(run), RunState::stopping);
  end(run, proto::ShareEnd::stopped);
  EXPECT_EQ(state(run), RunState::stopped);
  const proto::RunStatus status = attached(run);
  EXPECT_TRUE(status.abort.by_threshold);
  EXPECT_EQ(status.abort.reason, "errors>50% for 2s: 90%");
}

TEST_F(ConditionsTest, OneAgentInTroubleIsNotAllOfThem) {
  const std::string run = begin_with({{}, {"errors>50% for 2s"}, false});
  for (int i = 0; i < 5; ++i) {
    ++seconds_;
    batch(run, 1, 0, 10, {});
    batch(run, 2, 20, 0, {});
    pass(1s);
  }
  EXPECT_EQ(state(run), RunState::running);
}

TEST_F(ConditionsTest, FailFastStopsAtTheFirstError) {
  const std::string run = begin_with({{}, {}, true});
  second(run, 10, 0);
  EXPECT_EQ(state(run), RunState::running);
  ++seconds_;
  batch(run, 2, 9, 1, {});
  pass(200ms);
  EXPECT_EQ(state(run), RunState::stopping);
  const proto::Abort& abort = outside_.records.at(run).abort;
  EXPECT_FALSE(abort.by_threshold);
  EXPECT_EQ(abort.reason, "1 error, --fail-fast");
}

TEST_F(ConditionsTest, ARunThatHasComeToItsEndIsNotAborted) {
  const std::string run = begin_with({{}, {"errors>50% for 1s"}, true});
  ++seconds_;
  for (const proto::Lease lease : {1U, 2U}) batch(run, lease, 0, 10, proto::ShareEnd::completed);
  pass(500ms);
  EXPECT_EQ(state(run), RunState::finished);
  EXPECT_TRUE(outside_.records.at(run).abort.empty());
}

// Its figures are none of those that are watched.
TEST_F(ConditionsTest, TheWarmUpIsNoSilence) {
  minor_ = proto::kMinor;  // the first one knows no warm-up
  for (const char* one : {"a1", "a2"}) come(one, 2);
  const std::string run = begin_with({{}, {"hits<1 for 2s"}, false}, plan::Seconds(4));
  for (int i = 0; i < 5; ++i) second(run, 0, 0);
  EXPECT_EQ(state(run), RunState::running);
  second(run, 0, 0);
  EXPECT_EQ(state(run), RunState::stopping);
}

TEST_F(ConditionsTest, WhoWaitsForHisLastTestRunsIsNotSilent) {
  const std::string run = begin_with({{}, {"hits<1 for 2s"}, false});
  agent("a1", proto::Beat{{}, {}, {}, {{run, 1, 10, 1.0, {}}}});
  agent("a2", proto::Beat{{}, {}, {}, {{run, 2, 10, 1.0, {}}}});
  for (int i = 0; i < 6; ++i) second(run, 0, 0);
  EXPECT_EQ(state(run), RunState::running);
}

TEST_F(ConditionsTest, ABrokerThatWasKilledWatchesOn) {
  const std::string run = begin_with({{"errors<1%"}, {"errors>50% for 2s"}, false});
  second(run, 10, 0);
  second(run, 0, 10);
  restart_broker();
  come("a1", 1, {{run, 1, true, true, 2}});
  come("a2", 1, {{run, 2, true, true, 2}});
  EXPECT_EQ(state(run), RunState::running);
  second(run, 0, 10);
  EXPECT_EQ(state(run), RunState::stopping) << "the second before it was killed is known from its pages";
  end(run, proto::ShareEnd::stopped);
  EXPECT_EQ(attached(run).abort.reason, "errors>50% for 2s: 100%");
  EXPECT_EQ(attached(run).thresholds, std::vector<std::string>{"errors<1%"});
}

TEST_F(ConditionsTest, WhyItStopsIsOnTheDiskBeforeAnyAgentIsTold) {
  const std::string run = begin_with({{}, {}, true});
  ++seconds_;
  batch(run, 1, 0, 1, {});
  const auto saves = outside_.saves;
  pass(100ms);
  EXPECT_GT(outside_.saves, saves);
  EXPECT_EQ(outside_.records.at(run).abort.reason, "1 error, --fail-fast");
}

TEST_F(ConditionsTest, ThresholdsThatCannotBeReadAreRefused) {
  const auto refusal_of = [&](proto::Conditions conditions) {
    proto::Submit submit = order(2);
    submit.order.conditions = std::move(conditions);
    outside_.forget();
    console(submit);
    const auto* error = outside_.told<proto::Error>("c");
    return error == nullptr ? std::string() : error->id + ": " + error->message;
  };
  EXPECT_NE(refusal_of({{"later<1%"}, {}, false}).find("threshold: the broker cannot read a threshold: \"later<1%\""), std::string::npos);
  EXPECT_NE(refusal_of({{}, {"errors<1%"}, false}).find("for how long?"), std::string::npos);
  EXPECT_NE(refusal_of({std::vector<std::string>(101, "p95<1s"), {}, false}).find("100 thresholds at most"), std::string::npos);
}

}  // namespace
}  // namespace loads::broker
