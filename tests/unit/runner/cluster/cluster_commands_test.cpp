#include "runner/cluster/cluster_commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using proto::AgentState;
using testing::HasSubstr;
using testing::Not;

proto::AgentStatus agent(const std::string& name, AgentState state) {
  proto::AgentStatus agent;
  agent.name = name;
  agent.version = "1.0.0";
  agent.machine = "x86_64";
  agent.cores = 2;
  agent.state = state;
  return agent;
}

proto::Pong quiet_broker() {
  proto::Pong pong;
  pong.pid = 4711;
  pong.version = "1.0.0";
  pong.agents = {agent("host1/11", AgentState::free), agent("host2/22", AgentState::busy)};
  return pong;
}

TEST(PingText, IsTheOriginalsWithALineForEachAgent) {
  EXPECT_EQ(ping_text(quiet_broker()),
            "Broker running on pid 4711\n"
            "2 agents registered\n"
            "  host1/11                  free     2 cores  x86_64  loads 1.0.0\n"
            "  host2/22                  busy     2 cores  x86_64  loads 1.0.0\n"
            "Nothing is running right now.\n");
}

TEST(PingText, TellsWhatRunsAndWhoIsSilent) {
  proto::Pong pong = quiet_broker();
  pong.agents[0].state = AgentState::lost;
  pong.agents[0].silent = 75s;
  pong.agents[1].run = "4f1c09ab";
  pong.runs = {{"4f1c09ab", proto::RunState::running, "example.TestWebSite.test_es", "tarek@host", sample_time(), 1}};
  const std::string text = ping_text(pong);
  EXPECT_THAT(text, HasSubstr("1 agent registered\n"));
  EXPECT_THAT(text, HasSubstr("host1/11                  lost     2 cores  x86_64  loads 1.0.0  silent for 01:15\n"));
  EXPECT_THAT(text, HasSubstr("loads 1.0.0  run 4f1c09ab\n"));
  EXPECT_THAT(text, HasSubstr("We have 1 run(s) right now:\n"
                              "  4f1c09ab  running     12:15:06    1 agent  tarek@host  example.TestWebSite.test_es\n"));
}

TEST(RunsText, ListsThoseThatGoOnAndThoseThatAreOver) {
  proto::Pong pong = quiet_broker();
  EXPECT_EQ(runs_text(pong), "Nothing is running right now.\n");
  pong.ended = {{"00c0ffee", proto::RunState::incomplete, "a.B.c", "x@y", sample_time(), 5, metrics::Validity::invalid},
                {"00000001", proto::RunState::failed, "a.B.c", "x@y", sample_time(), 5}};
  EXPECT_EQ(runs_text(pong),
            "Nothing is running right now.\n"
            "Ended, the latest first:\n"
            "  00c0ffee  incomplete  invalid  12:15:06   5 agents  x@y  a.B.c\n"
            "  00000001  failed      -        12:15:06   5 agents  x@y  a.B.c\n");
}

TEST(RunsText, HasNoControlCharactersOfOthers) {
  proto::Pong pong = quiet_broker();
  pong.runs = {{"4f1c09ab", proto::RunState::queued, "a\x1b[2J", "x@y", sample_time(), 5}};
  EXPECT_THAT(runs_text(pong), Not(HasSubstr("\x1b")));
}

TEST(HealthCheck, IsPassedWhileAnAgentIsFreeAndNoneIsLost) {
  const Health health = health_of(quiet_broker());
  EXPECT_EQ(health.exit_code, 0);
  EXPECT_THAT(health.text, HasSubstr("2 agents registered: 1 free, 1 busy, 0 suspect, 0 lost\nAll is well.\n"));
}

TEST(HealthCheck, NamesAgentsThatAreLost) {
  proto::Pong pong = quiet_broker();
  pong.agents.push_back(agent("host3/33", AgentState::lost));
  const Health health = health_of(pong);
  EXPECT_EQ(health.exit_code, 5);
  EXPECT_THAT(health.text, HasSubstr("  host3/33 "));
}

TEST(HealthCheck, FailsWithoutAFreeAgent) {
  proto::Pong pong = quiet_broker();
  pong.agents.clear();
  EXPECT_EQ(health_of(pong).exit_code, 5);
  EXPECT_THAT(health_of(pong).text, HasSubstr("No agent is free. Start more: loads-agent.\n"));
}

TEST(HealthCheck, ABrokerThatCannotWriteIsNone) {
  proto::Pong pong = quiet_broker();
  pong.troubles = {{"refused-peers", "3 peers were refused"}};
  EXPECT_EQ(health_of(pong).exit_code, 0);
  pong.troubles.push_back({"broker-disk", "the disk is full"});
  EXPECT_EQ(health_of(pong).exit_code, 4);
  EXPECT_THAT(health_of(pong).text, HasSubstr("! the disk is full [broker-disk]\n"));
}

}  // namespace
}  // namespace loads::runner
