#include "broker/metrics/run_figures.h"

#include <gtest/gtest.h>

namespace loads::broker {
namespace {

TEST(RunFigures, CountsWhatLiesWithinEachBound) {
  metrics::RequestStats stats;
  stats.response_times.record(1000, 3);  // a bound is within itself
  stats.response_times.record(1003, 2);
  stats.response_times.record(20'000'000);
  RequestFigures figures;
  figures.add(stats);
  EXPECT_EQ(figures.within.front(), 3U);
  EXPECT_EQ(figures.within[1], 5U);
  EXPECT_EQ(figures.within.back(), 5U);
  EXPECT_EQ(figures.count, 6U);
  EXPECT_EQ(figures.microseconds, 20'005'006U);
}

TEST(RunFigures, BoundsAreOpenTelemetrysAndTwoBelow) {
  EXPECT_EQ(kBounds.size(), 16U);
  EXPECT_EQ(kBounds.front(), 0.001);
  EXPECT_EQ(kBounds[2], 0.005);
  EXPECT_EQ(kBounds.back(), 10.0);
}

TEST(RunFigures, AreThoseOfTheRun) {
  metrics::Slice slice;
  slice.requests["GET /"].statuses[200] = 7;
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::timeout)] = 2;
  slice.outcomes[static_cast<std::size_t>(metrics::Outcome::failure)] = 4;
  slice.sockets.opened = 5;
  metrics::Totals totals;
  totals.add(slice);
  proto::RunStatus status;
  status.run = "4f1c09ab";
  status.plan.test = "example.T.t";
  status.state = proto::RunState::running;
  status.agents.resize(2);
  status.agents[0].users = 3;
  status.agents[1].users = 4;
  RunFigures figures = figures_of(status, totals);
  EXPECT_EQ(figures.users, 7U);
  EXPECT_EQ(figures.state, "running");
  EXPECT_EQ(figures.requests.at("GET /").statuses.at(200), 7U);
  EXPECT_EQ(figures.requests.at("GET /").errors[static_cast<std::size_t>(metrics::RequestError::timeout)], 2U);
  EXPECT_EQ(figures.outcomes[static_cast<std::size_t>(metrics::Outcome::failure)], 4U);
  EXPECT_EQ(figures.sockets_opened, 5U);
  status.state = proto::RunState::finished;
  EXPECT_EQ(figures_of(status, totals).users, 0U) << "the last sign of life is no longer true";
}

TEST(RunFigures, MergingAddsEverything) {
  metrics::RequestStats stats;
  stats.response_times.record(1000);
  stats.statuses[200] = 1;
  stats.connections = 1;
  stats.bytes_sent = 2;
  stats.bytes_received = 3;
  stats.errors[1] = 4;
  RequestFigures one;
  one.add(stats);
  RequestFigures both;
  both.add(stats);
  both.add(stats);
  one.merge(one);
  EXPECT_EQ(one.within, both.within);
  EXPECT_EQ(one.count, both.count);
  EXPECT_EQ(one.microseconds, both.microseconds);
  EXPECT_EQ(one.statuses, both.statuses);
  EXPECT_EQ(one.errors, both.errors);
  EXPECT_EQ(one.connections, both.connections);
  EXPECT_EQ(one.bytes_sent, both.bytes_sent);
  EXPECT_EQ(one.bytes_received, both.bytes_received);
}

}  // namespace
}  // namespace loads::broker
