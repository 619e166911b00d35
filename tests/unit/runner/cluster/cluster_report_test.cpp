#include "runner/cluster/cluster_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

#include "runner/report/summary.h"
#include "unit/runner/cluster/sample_status.h"

namespace loads::runner {
namespace {

using proto::RunState;
using proto::ShareEnd;
using testing::HasSubstr;
using testing::IsEmpty;

proto::Snapshot finished() {
  proto::Snapshot snapshot;
  snapshot.status = sample_status();
  snapshot.status.state = RunState::finished;
  for (proto::AgentShare& share : snapshot.status.agents) share.end = ShareEnd::completed;
  metrics::Slice slice;
  answer(slice, "GET /", 2000, 3600);
  runs(slice, metrics::Outcome::success, 2000);
  snapshot.totals.add(slice);
  snapshot.totals.set_step_duration(0, std::chrono::minutes(3));
  return snapshot;
}

// The second of two agents was killed.
proto::Snapshot incomplete() {
  proto::Snapshot snapshot = finished();
  snapshot.status.state = RunState::incomplete;
  snapshot.status.exit_code = 5;
  snapshot.status.message = "agent host2/22: the worker was killed by signal 9, at most 7 answers are missing";
  snapshot.status.agents[1].end = ShareEnd::worker_lost;
  snapshot.status.agents[1].message = "the worker was killed by signal 9";
  snapshot.status.agents[1].in_flight = 7;
  return snapshot;
}

std::string summary(Report report) {
  report.exit_code = verdict(report, {});
  std::ostringstream text;
  write_summary(text, report, SummaryStyle::full, Paint());
  return text.str();
}

TEST(ClusterReport, HasTheFiguresOfAllAgents) {
  const Report report = cluster_report(finished(), {});
  EXPECT_EQ(report.run_id, "4f1c09ab");
  EXPECT_EQ(report.ending, Ending::completed);
  EXPECT_EQ(report.fraction, 1.0);
  EXPECT_EQ(report.started, sample_time());
  EXPECT_EQ(report.duration, std::chrono::minutes(3));
  EXPECT_EQ(report.totals.all().hits(), 2000U);
  ASSERT_EQ(report.agents.size(), 2U);
  EXPECT_EQ(report.agents[0].name, "host1/11");
  EXPECT_EQ(report.agents[0].end, "completed");
  EXPECT_EQ(verdict(report, {}), 0);
  EXPECT_THAT(report.doubts, IsEmpty());
}

TEST(ClusterReport, SoFarSaysHowFarItHasCome) {
  proto::Snapshot snapshot = finished();
  snapshot.status.state = RunState::running;
  for (proto::AgentShare& share : snapshot.status.agents) share.end.reset();
  EXPECT_EQ(cluster_report(snapshot, {}).fraction, 0.5);
}

TEST(ClusterReport, AStopIsWhoeversItWas) {
  proto::Snapshot stopped = finished();
  stopped.status.state = RunState::stopped;
  EXPECT_EQ(cluster_report(stopped, {SIGINT, false}).ending, Ending::interrupted);
  EXPECT_EQ(cluster_report(stopped, {SIGTERM, false}).ending, Ending::terminated);
  EXPECT_EQ(cluster_report(stopped, {0, false}).ending, Ending::stopped);
  EXPECT_EQ(cluster_report(finished(), {SIGINT, false}).ending, Ending::completed) << "it came to its end before the stop did";
}

TEST(ClusterReport, IsJudgedByTheThresholdsOfTheRunAndOfTheConsole) {
  proto::Snapshot snapshot = finished();
  snapshot.status.thresholds = {"hits>=2000", "p50<1us"};
  const Report report = cluster_report(snapshot, {0, false, {"hits>=2000", "rps>=12"}});
  ASSERT_EQ(report.thresholds.size(), 3U);
  EXPECT_TRUE(report.thresholds[0].passed);
  EXPECT_FALSE(report.thresholds[1].passed);
  EXPECT_FALSE(report.thresholds[2].passed) << "2000 in three minutes";
  EXPECT_EQ(verdict(report, {}), 99);
}

TEST(ClusterReport, ARunThatTheBrokerHasAbortedSaysWhy) {
  proto::Snapshot snapshot = finished();
  snapshot.status.state = RunState::stopped;
  snapshot.status.abort = {true, "errors>50% for 10s: 62.1%"};
  const Report report = cluster_report(snapshot, {});
  EXPECT_EQ(report.ending, Ending::aborted);
  EXPECT_EQ(verdict(report, {}), 99);
  EXPECT_EQ(cluster_report(snapshot, {SIGINT, false}).ending, Ending::aborted) << "it was aborted before";
}

TEST(ClusterReport, WhatIsMissingIsNamed) {
  const Report report = cluster_report(incomplete(), {});
  EXPECT_EQ(report.ending, Ending::incomplete);
  EXPECT_EQ(verdict(report, {}), 5);
  const std::string text = summary(report);
  EXPECT_THAT(text, HasSubstr("Can these numbers be trusted? SUSPECT: they may be off\n  ! agent host2/22: the worker was killed by "
                              "signal 9, at most 7 answers are"));
  EXPECT_THAT(text, HasSubstr("INCOMPLETE: agent host2/22: the worker was killed by signal 9, at most 7 answers"));
  EXPECT_THAT(text, HasSubstr("(exit code 5)\n"));
}

TEST(ClusterReport, AnIncompleteRunStaysSoThoughItWasStopped) {
  EXPECT_EQ(cluster_report(incomplete(), {SIGINT, false}).ending, Ending::incomplete);
}

TEST(ClusterReport, LostAgentsMayBeToleratedButAreTold) {
  const Report report = cluster_report(incomplete(), {0, true});
  EXPECT_EQ(verdict(report, {}), 0);
  ASSERT_EQ(report.doubts.size(), 1U);
  EXPECT_EQ(report.doubts[0].id, "worker-died");
  EXPECT_EQ(verdict(cluster_report(incomplete(), {SIGINT, true}), {}), 130);
}

TEST(ClusterReport, AnAgentThatNeverCameBackIsALostOne) {
  proto::Snapshot snapshot = incomplete();
  snapshot.status.agents[1].end.reset();
  snapshot.status.agents[1].lost = true;
  snapshot.status.agents[1].lost_at = std::chrono::seconds(72);
  const Report report = cluster_report(snapshot, {});
  EXPECT_EQ(report.agents[1].end, "lost");
  ASSERT_EQ(report.doubts.size(), 1U);
  EXPECT_EQ(report.doubts[0].id, "lost-agent");
  EXPECT_EQ(report.doubts[0].message, "agent host2/22: lost after 01:12, what it did from then on is missing.");
  snapshot.status.agents[1].taken_by = "host3/33";
  snapshot.status.agents[1].taken_at = std::chrono::seconds(84);
  EXPECT_EQ(cluster_report(snapshot, {}).doubts[0].message,
            "agent host2/22: lost after 01:12, what it did from then on is missing; agent host3/33 has gone on with its share from 01:24.");
}

TEST(ClusterReport, AnAgentThatCameBackSaysWhatItLacks) {
  proto::Snapshot snapshot = incomplete();
  snapshot.status.agents[1].end = ShareEnd::agent_lost;
  snapshot.status.agents[1].message = "the agent was killed";
  const Report report = cluster_report(snapshot, {});
  ASSERT_EQ(report.doubts.size(), 1U);
  EXPECT_EQ(report.doubts[0].id, "lost-agent");
  EXPECT_EQ(report.doubts[0].message, "agent host2/22: the agent was killed, at most 7 answers are missing.");
}

TEST(ClusterReport, ACrashedTestIsACrashWhateverIsTolerated) {
  proto::Snapshot snapshot = incomplete();
  snapshot.status.exit_code = 3;
  snapshot.status.agents[1].end = ShareEnd::crashed;
  snapshot.status.agents[1].message = "test TestWebSite.test_es crashed: SIGSEGV";
  snapshot.status.message = "agent host2/22: test TestWebSite.test_es crashed: SIGSEGV";
  const Report report = cluster_report(snapshot, {0, true});
  EXPECT_EQ(report.ending, Ending::crashed);
  EXPECT_EQ(verdict(report, {}), 3);
  EXPECT_EQ(report.doubts[0].id, "test-crashed");
  EXPECT_THAT(summary(report), HasSubstr("agent host2/22: test TestWebSite.test_es crashed:"));
}

TEST(ClusterReport, FiguresThatContradictEachOtherAreNotPassed) {
  proto::Snapshot snapshot = finished();
  snapshot.status.balanced = false;
  const Report report = cluster_report(snapshot, {});
  EXPECT_EQ(verdict(report, {}), 5);
  ASSERT_EQ(report.doubts.size(), 1U);
  EXPECT_EQ(report.doubts[0].id, "unbalanced");
}

TEST(ClusterReport, FiguresThatTheBrokersDiskHasLostAreNotPutUpWith) {
  proto::Snapshot snapshot = finished();
  snapshot.status.state = proto::RunState::incomplete;
  snapshot.status.error_id = "damaged-figures";
  snapshot.status.message = "the broker's disk has lost figures of this run: a checkpoint of its figures cannot be read";
  Viewpoint viewpoint;
  viewpoint.tolerate_lost_agents = true;
  const Report report = cluster_report(snapshot, viewpoint);
  EXPECT_EQ(verdict(report, {}), 5);
  EXPECT_EQ(report.missing, snapshot.status.message);
}

TEST(ClusterReport, WarningsOfTheAgentsAreDoubts) {
  proto::Snapshot snapshot = finished();
  snapshot.status.warnings = {{"cpu", "agent host1/11: a thread was busy"}};
  const Report report = cluster_report(snapshot, {});
  ASSERT_EQ(report.doubts.size(), 1U);
  EXPECT_EQ(report.doubts[0].message, "agent host1/11: a thread was busy");
  EXPECT_EQ(verdict(report, {}), 0);
}

}  // namespace
}  // namespace loads::runner
