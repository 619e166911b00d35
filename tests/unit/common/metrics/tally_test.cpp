#include "common/metrics/tally.h"

#include <gtest/gtest.h>

#include <thread>

#include "common/metrics/recorder.h"

namespace loads::metrics {
namespace {

constexpr Tally kFirst{100, 90, 80, 15, {50, 4, 3, 2, 1}};
constexpr Tally kLater{130, 130, 110, 25, {70, 6, 5, 4, 3}};

RequestRecord answered() {
  RequestRecord record;
  record.status = 503;
  return record;
}

RequestRecord unanswered(RequestError error) {
  RequestRecord record;
  record.error = error;
  return record;
}

TEST(Tally, AddingAndSubtractingAreEachOthersOpposite) {
  EXPECT_EQ(kLater - kFirst, (Tally{30, 40, 30, 10, {20, 2, 2, 2, 2}}));
  EXPECT_EQ(kFirst + (kLater - kFirst), kLater);
  EXPECT_NE(kFirst, kLater);
}

TEST(Tally, WhatIsSentAndNotSettledIsInFlight) {
  EXPECT_EQ(kFirst.in_flight(), 10U);
  EXPECT_EQ(kLater.in_flight(), 0U);
  EXPECT_EQ((Tally{3, 4, 0, 0, {}}).in_flight(), 0U) << "of a forged one";
}

TEST(Tally, RunsAreThoseOfEveryOutcome) { EXPECT_EQ(kFirst.runs(), 60U); }

TEST(Tally, OfASliceHasItsRequestsAndOutcomes) {
  Slice slice;
  entry(slice.requests, "GET /").add(answered());
  entry(slice.requests, "GET /").add(unanswered(RequestError::timeout));
  entry(slice.requests, "POST /").add(answered());
  entry(slice.requests, "POST /").add(unanswered(RequestError::invalid_url));
  entry(slice.requests, "POST /").add(unanswered(RequestError::cancelled));
  slice.outcomes = {5, 4, 3, 2, 1};
  EXPECT_EQ(tally_of(slice), (Tally{0, 0, 2, 3, {5, 4, 3, 2, 1}}));
}

TEST(Recorder, TheTallyGoesOnWhenTheSliceIsTaken) {
  Recorder recorder;
  const auto name = recorder.request_name("GET /");
  recorder.begin_send();
  recorder.request(name, answered());
  recorder.settle();
  recorder.end_run(Outcome::failure);
  Tally slices = tally_of(recorder.take());
  recorder.begin_send();
  recorder.request(name, unanswered(RequestError::closed));
  recorder.settle();
  recorder.request(name, unanswered(RequestError::connect_refused));  // never sent
  recorder.begin_send();
  slices += tally_of(recorder.take());
  EXPECT_EQ(recorder.tally(), (Tally{3, 2, 1, 2, {0, 0, 1, 0, 0}}));
  EXPECT_EQ(slices, (Tally{0, 0, 1, 2, {0, 0, 1, 0, 0}}));
}

// As a black box is read: at any moment, by another than who counts.
TEST(LiveTally, AReaderNeverSeesMoreRecordedThanSentNorLosesOneBetweenTheTwo) {
  constexpr std::uint64_t kRequests = 1'200'000;
  LiveTally live;
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kRequests; ++i) {
      live.begin_send();
      live.record(i % 3 != 0);
      live.settle();
    }
  });
  Tally seen;
  while (seen.settled < kRequests) {
    seen = live.read();
    ASSERT_LE(seen.answered + seen.unanswered, seen.sent);
    ASSERT_GE(seen.answered + seen.unanswered, seen.settled);
  }
  writer.join();
  EXPECT_EQ(live.read(), (Tally{kRequests, kRequests, kRequests * 2 / 3, kRequests / 3, {}}));
}

}  // namespace
}  // namespace loads::metrics
