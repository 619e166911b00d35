// What the broker makes of a run's figures: the clocks of its agents, and what it keeps and lists of a run that is over.

#include <gmock/gmock.h>

#include "unit/broker/core/broker_harness.h"

namespace loads::broker {
namespace {

using testing::HasSubstr;

class BrokerTrustTest : public BrokerTest {
 protected:
  // A sign of life of an agent that works on the run, and knows our clock so well.
  void beat(const std::string& route, const std::string& run, proto::Lease lease, proto::Nanoseconds error) {
    proto::Beat beat;
    beat.clock_error = error;
    beat.progress = {{run, lease, 5, 0.5, {}}};
    agent(route, beat);
  }

  std::string begun() {
    const std::string run = begin();
    pass(500ms);
    return run;
  }

  std::vector<proto::Warning> warnings(const std::string& run) { return broker_->report(run, now())->status.warnings; }

  void end(const std::string& run) {
    report("a1", run, 1, 1, 25, 25, proto::ShareEnd::completed);
    report("a2", run, 2, 1, 25, 25, proto::ShareEnd::completed);
    pass(1s);
    ASSERT_EQ(state(run), RunState::finished);
  }
};

TEST_F(BrokerTrustTest, AClockThatIsKnownRoughlyIsSaid) {
  const std::string run = begun();
  beat("a1", run, 1, 2ms);
  beat("a2", run, 2, 140ms);
  ASSERT_EQ(warnings(run).size(), 1U);
  EXPECT_EQ(warnings(run)[0].id, "clock-offset");
  EXPECT_EQ(warnings(run)[0].validity, metrics::Validity::suspect);
  EXPECT_THAT(warnings(run)[0].message, HasSubstr("agent host/a2: its clock could be told from the broker's by 140 ms only, since"));
}

TEST_F(BrokerTrustTest, WhatAnAgentKnewWhenItBeganIsWhatCounts) {
  const std::string run = begun();
  beat("a1", run, 1, -1ns);
  beat("a1", run, 1, 150ms);
  beat("a1", run, 1, 1ms);
  beat("a2", run, 2, 1ms);
  beat("a2", run, 2, 150ms);
  ASSERT_EQ(warnings(run).size(), 1U);
  EXPECT_THAT(warnings(run)[0].message, HasSubstr("host/a1"));
}

TEST_F(BrokerTrustTest, ABrokerThatWasRestartedStillKnowsIt) {
  const std::string run = begun();
  beat("a1", run, 1, 150ms);
  beat("a2", run, 2, 120ms);
  pass(200ms);
  restart_broker();
  come("a1");
  beat("a1", run, 1, 1ms);  // of the new broker's clock
  ASSERT_EQ(warnings(run).size(), 1U);
  EXPECT_THAT(warnings(run)[0].message, HasSubstr("by 150 ms only, and those of 1 other, since"));
}

TEST_F(BrokerTrustTest, WhatTheFiguresOfARunAreWorthIsKeptAndListed) {
  const std::string run = begun();
  console(proto::Ping{7, proto::kMajor, ""});
  EXPECT_EQ(outside_.told<proto::Pong>("c")->runs.at(0).validity, std::nullopt) << "it is not over";
  beat("a2", run, 2, 140ms);
  end(run);
  EXPECT_EQ(outside_.records.at(run).validity, metrics::Validity::suspect);
  console(proto::Ping{8, proto::kMajor, ""});
  EXPECT_EQ(outside_.told<proto::Pong>("c")->ended.at(0).validity, metrics::Validity::suspect);
}

TEST_F(BrokerTrustTest, ARunWithoutDoubtsIsValid) {
  const std::string run = begun();
  end(run);
  EXPECT_EQ(outside_.records.at(run).validity, metrics::Validity::valid);
}

}  // namespace
}  // namespace loads::broker
