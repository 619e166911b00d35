#include "runner/cluster/agent_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/cluster/sample_status.h"

namespace loads::runner {
namespace {

using proto::ShareEnd;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(AgentNews, ThereAreNoneWhenAllIsWell) {
  proto::RunStatus now = sample_status();
  EXPECT_THAT(agent_news({}, now), IsEmpty()) << "that agents are there at all is none";
  now.agents[0].end = ShareEnd::completed;
  now.agents[1].end = ShareEnd::stopped;
  EXPECT_THAT(agent_news(sample_status(), now), IsEmpty());
}

TEST(AgentNews, ThatThePlanIsBeyondAMachineIsToldOnce) {
  proto::RunStatus now = sample_status();
  now.warnings = {{"cpu", "busy"}, {"beyond-calibration", "machine host1 is to begin too much", metrics::Validity::valid}};
  EXPECT_THAT(agent_news({}, now), ElementsAre("note: machine host1 is to begin too much"));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
}

TEST(AgentNews, ALostAgentIsToldOnceWithTheUsersThatAreGone) {
  proto::RunStatus now = sample_status();
  now.agents[1].lost = true;
  now.agents[1].lost_at = std::chrono::seconds(192);
  EXPECT_THAT(agent_news(sample_status(), now), ElementsAre("lost agent host2/22 at 03:12: 100 of 200 users gone."));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
}

TEST(AgentNews, AnAgentThatIsLostFromTheStartHasNoUsersToLose) {
  proto::RunStatus now = sample_status();
  now.agents[1].lost = true;
  EXPECT_THAT(agent_news({}, now), ElementsAre("lost agent host2/22 at 00:00."));
}

TEST(AgentNews, ThatTheRunWaitsForLostAgentsAloneIsToldOnce) {
  proto::RunStatus before = sample_status();
  before.agents[1].lost = true;
  proto::RunStatus now = before;
  now.agents[0].end = ShareEnd::completed;
  EXPECT_THAT(agent_news(before, now), ElementsAre("waiting whether agents that are lost come back with what they have measured."));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
  now.state = proto::RunState::incomplete;
  EXPECT_THAT(agent_news(before, now), IsEmpty());
}

TEST(AgentNews, AnAgentThatComesBackIsTold) {
  proto::RunStatus before = sample_status();
  before.agents[1].lost = true;
  EXPECT_THAT(agent_news(before, sample_status()), ElementsAre("agent host2/22 is back."));
}

TEST(AgentNews, ABadEndIsToldWithItsReason) {
  proto::RunStatus now = sample_status();
  now.agents[0].end = ShareEnd::crashed;
  now.agents[0].message = "test TestWebSite.test_es crashed: SIGSEGV";
  now.agents[1].end = ShareEnd::worker_lost;
  EXPECT_THAT(agent_news(sample_status(), now),
              ElementsAre("agent host1/11: test TestWebSite.test_es crashed: SIGSEGV", "agent host2/22: worker lost"));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
}

TEST(AgentNews, AShareThatAnotherGoesOnWithIsTold) {
  proto::RunStatus before = sample_status();
  before.agents[1].lost = true;
  proto::RunStatus now = before;
  now.agents[1].taken_by = "host3/33";
  now.agents[1].taken_at = std::chrono::seconds(192);
  EXPECT_THAT(agent_news(before, now), ElementsAre("agent host3/33 goes on with the share of agent host2/22 at 03:12."));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
}

TEST(AgentNews, AShareThatSeveralGoOnWithIsTold) {
  proto::RunStatus now = sample_status();
  now.agents[1].taken_by = "host3/33, host4/44";
  now.agents[1].takers = 2;
  EXPECT_THAT(agent_news(sample_status(), now), ElementsAre("agents host3/33, host4/44 go on with the share of agent host2/22 at 00:00."));
}

TEST(AgentNews, ChangesOfTheLoadAreTold) {
  proto::RunStatus before = sample_status();
  before.steering.changes.push_back({plan::Seconds(5), 1.5});
  proto::RunStatus now = before;
  now.steering.changes.push_back({plan::Seconds(20.4), 0});
  now.steering.changes.push_back({plan::Seconds(75), 0.125});
  EXPECT_THAT(agent_news(before, now), ElementsAre("load: paused from 00:20 on.", "load: 12.5% of the plan from 01:15 on."));
  EXPECT_THAT(agent_news(now, now), IsEmpty());
}

TEST(AgentCountOf, CountsThoseThatWorkOrHaveDoneWhatTheyShould) {
  proto::RunStatus status = sample_status();
  status.plan.agents = 3;
  status.agents.push_back(sample_share(3, "host3/33", 100));
  status.agents[0].end = ShareEnd::completed;
  status.agents[1].lost = true;
  EXPECT_EQ(agent_count(status).here, 2U);
  EXPECT_EQ(agent_count(status).all, 3U);
}

}  // namespace
}  // namespace loads::runner
