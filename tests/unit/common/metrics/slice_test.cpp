#include "common/metrics/slice.h"

#include <gtest/gtest.h>

#include <string>

#include "common/metrics/totals.h"

namespace loads::metrics {
namespace {

using namespace std::chrono_literals;

RequestRecord answered(int status) {
  RequestRecord record;
  record.status = status;
  record.total = 2ms;
  return record;
}

Slice full_slice() {
  Slice slice;
  slice.step = 1;
  entry(slice.requests, "GET /").add(answered(200));
  entry(slice.requests, "POST /").add(answered(500));
  entry(slice.counters, "items") += 5;
  entry(slice.trends, "size").record(1500);
  entry(slice.checks, "has title").passed += 2;
  entry(slice.checks, "has title").failed += 1;
  slice.outcomes[static_cast<std::size_t>(Outcome::success)] = 2;
  slice.outcomes[static_cast<std::size_t>(Outcome::failure)] = 1;
  Problem problem;
  problem.message = "no title";
  problem.count = 1;
  slice.problems.add(problem);
  slice.sockets.opened = 3;
  slice.sockets.bytes_received = 400;
  slice.sockets.round_trips.record(1000);
  slice.sockets.errors[static_cast<std::size_t>(SocketError::lost)] = 2;
  return slice;
}

TEST(Slice, MergingAddsEveryPartAndKeepsTheStep) {
  Slice slice;
  slice.merge(full_slice());
  slice.merge(full_slice());
  EXPECT_EQ(slice.step, 0u);
  EXPECT_EQ(slice.requests.at("GET /").answered, 2u);
  EXPECT_EQ(slice.requests.at("POST /").statuses.at(500), 2u);
  EXPECT_EQ(slice.hits(), 4u);
  EXPECT_EQ(slice.counters.at("items"), 10);
  EXPECT_EQ(slice.trends.at("size").count(), 2u);
  EXPECT_EQ(slice.checks.at("has title").passed, 4u);
  EXPECT_EQ(slice.checks.at("has title").failed, 2u);
  EXPECT_EQ(slice.runs(Outcome::success), 4u);
  EXPECT_EQ(slice.runs(Outcome::failure), 2u);
  EXPECT_EQ(slice.runs(Outcome::error), 0u);
  EXPECT_EQ(slice.problems.worst_first().front().count, 2u);
  EXPECT_EQ(slice.sockets.opened, 6u);
  EXPECT_EQ(slice.sockets.bytes_received, 800u);
  EXPECT_EQ(slice.sockets.round_trips.count(), 2u);
  EXPECT_EQ(slice.sockets.failed(), 4u);
}

TEST(Slice, AllRequestsAreEveryNameMerged) {
  const RequestStats all = full_slice().all_requests();
  EXPECT_EQ(all.answered, 2u);
  EXPECT_EQ(all.statuses.at(200), 1u);
  EXPECT_EQ(all.statuses.at(500), 1u);
  EXPECT_EQ(all.response_times.count(), 1u);
}

TEST(Slice, IsEmptyUntilSomethingIsMeasured) {
  EXPECT_TRUE(Slice().empty());
  EXPECT_FALSE(full_slice().empty());
  Slice only_a_run;
  only_a_run.outcomes[static_cast<std::size_t>(Outcome::cut)] = 1;
  EXPECT_FALSE(only_a_run.empty());
  Slice only_a_counter;
  entry(only_a_counter.counters, "items") += 1;
  EXPECT_FALSE(only_a_counter.empty());
  Slice only_a_socket;
  only_a_socket.sockets.opened = 1;
  EXPECT_FALSE(only_a_socket.empty());
}

TEST(Slice, NamesBeyondTheBoundAreCountedAsOther) {
  Slice slice;
  for (int i = 0; i < 500; ++i) entry(slice.counters, "name " + std::to_string(i)) += 1;
  EXPECT_EQ(slice.counters.size(), kMaxNames + 1);
  EXPECT_EQ(slice.counters.at("other"), 300);
  entry(slice.counters, "name 7") += 1;
  EXPECT_EQ(slice.counters.at("name 7"), 2) << "known names stay apart";
}

TEST(Slice, MergingKeepsTheBoundAndLosesNoHit) {
  Slice whole;
  for (int part = 0; part < 3; ++part) {
    Slice slice;
    for (int i = 0; i < 150; ++i) entry(slice.requests, std::to_string(part) + "/" + std::to_string(i)).add(answered(200));
    whole.merge(slice);
  }
  EXPECT_EQ(whole.requests.size(), kMaxNames + 1);
  EXPECT_EQ(whole.hits(), 450u);
}

TEST(Slice, SumsBeyondTheirRangeAreHarmless) {
  Slice a;
  entry(a.counters, "items") = INT64_MAX;
  entry(a.requests, "GET /").answered_time = Nanoseconds::max();
  Slice b;
  entry(b.counters, "items") = 1;
  entry(b.requests, "GET /").answered_time = Nanoseconds(1);
  a.merge(b);
  EXPECT_EQ(a.counters.at("items"), INT64_MIN);
  EXPECT_EQ(a.requests.at("GET /").answered_time, Nanoseconds::max());
}

TEST(Totals, KeepsTheWholeAndEachStep) {
  Slice first;
  entry(first.requests, "GET /").add(answered(200));
  Slice third;
  third.step = 2;
  entry(third.requests, "GET /").add(answered(200));
  entry(third.requests, "GET /").add(answered(404));

  Totals totals;
  totals.add(third);
  totals.add(first);
  totals.add(first);
  totals.set_step_duration(2, 1500ms);

  EXPECT_EQ(totals.all().hits(), 4u);
  ASSERT_EQ(totals.steps().size(), 3u);
  EXPECT_EQ(totals.steps()[0].slice.hits(), 2u);
  EXPECT_TRUE(totals.steps()[1].slice.empty());
  EXPECT_EQ(totals.steps()[2].slice.hits(), 2u);
  EXPECT_EQ(totals.steps()[2].slice.step, 2u);
  EXPECT_EQ(totals.steps()[2].duration.count(), 1.5);
  EXPECT_EQ(totals.steps()[0].duration.count(), 0.0);
}

TEST(Totals, AForgedStepTakesNoMemory) {
  Slice slice = full_slice();
  slice.step = 4'000'000'000;
  Totals totals;
  totals.add(slice);
  EXPECT_EQ(totals.steps().size(), Totals::kMaxSteps);
  EXPECT_EQ(totals.all().hits(), 2u);
}

}  // namespace
}  // namespace loads::metrics
