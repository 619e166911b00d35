#include "runner/worker/batch_maker.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/codec.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

metrics::Slice slice_of(std::uint32_t step, std::uint64_t answers, std::uint64_t successes) {
  metrics::Slice slice;
  slice.step = step;
  if (answers > 0) slice.requests["GET /"].answered = answers;
  slice.outcomes[static_cast<std::size_t>(metrics::Outcome::success)] = successes;
  return slice;
}

metrics::Tally engine_of(std::uint64_t sent, std::uint64_t settled) {
  metrics::Tally tally;
  tally.sent = sent;
  tally.settled = settled;
  return tally;
}

// Names with full histograms: half a dozen are more than a message holds.
metrics::Slice large_slice(int names) {
  metrics::Slice slice;
  for (int name = 0; name < names; ++name) {
    metrics::RequestStats& stats = slice.requests["GET /" + std::to_string(name)];
    for (int i = 0; i < 4000; ++i) {
      metrics::RequestRecord record;
      record.status = 200;
      record.total = std::chrono::microseconds(100) * (i + 1) * (i + 1);
      stats.add(record);
    }
  }
  return slice;
}

TEST(BatchMaker, NumbersBatchesAndTheirIntervalsFollow) {
  BatchMaker maker("0123abcd", 7);
  const auto first = maker.cut(1s, engine_of(0, 0));
  const auto second = maker.cut(2s, engine_of(0, 0));
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(first[0].run, "0123abcd");
  EXPECT_EQ(first[0].lease, 7U);
  EXPECT_EQ(first[0].seq, 1U);
  EXPECT_EQ(first[0].from, 0s);
  EXPECT_EQ(first[0].to, 1s);
  EXPECT_EQ(second[0].seq, 2U);
  EXPECT_EQ(second[0].from, 1s);
  EXPECT_EQ(second[0].to, 2s);
}

TEST(BatchMaker, TheTallyIsTheSumOfItsOwnSlicesAndWhatTheEngineSays) {
  BatchMaker maker("0123abcd", 7);
  maker.add(slice_of(0, 5, 2));
  EXPECT_EQ(maker.cut(1s, engine_of(9, 6))[0].tally.answered, 5U);
  maker.add(slice_of(0, 4, 1));
  const auto batches = maker.cut(2s, engine_of(12, 11));
  EXPECT_EQ(batches[0].tally.answered, 9U);
  EXPECT_EQ(batches[0].tally.runs(), 3U);
  EXPECT_EQ(batches[0].tally.sent, 12U);
  EXPECT_EQ(batches[0].tally.settled, 11U);
  EXPECT_EQ(maker.recorded().answered, 9U);
}

TEST(BatchMaker, SlicesOfAStepAreOneAndStepsStayApart) {
  BatchMaker maker("0123abcd", 7);
  SliceQueue::Contents contents;
  contents.slices = {slice_of(0, 1, 1), slice_of(1, 10, 3), slice_of(0, 2, 2)};
  contents.steps = {{0, 1500ms}};
  maker.add(std::move(contents));
  const auto batches = maker.cut(2s, engine_of(13, 13));
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0].slices.size(), 2U);
  EXPECT_EQ(batches[0].slices[0].hits(), 3U);
  EXPECT_EQ(batches[0].slices[1].step, 1U);
  EXPECT_EQ(batches[0].slices[1].hits(), 10U);
  ASSERT_EQ(batches[0].steps.size(), 1U);
  EXPECT_TRUE(maker.cut(3s, engine_of(13, 13))[0].steps.empty()) << "each is told once";
}

TEST(BatchMaker, WhatIsTooMuchForOneMessageBecomesSeveralThatAddUp) {
  BatchMaker maker("0123abcd", 7);
  metrics::Slice whole = large_slice(200);
  const std::uint64_t hits = whole.hits();
  maker.add(whole);
  proto::ShareResult result;
  result.message = "over";
  const auto batches = maker.cut(1s, engine_of(hits, hits), result);
  ASSERT_GT(batches.size(), 1U);
  metrics::Tally sum;
  for (std::size_t i = 0; i < batches.size(); ++i) {
    EXPECT_LT(proto::encode(batches[i]).size(), std::size_t{1} << 20);
    EXPECT_EQ(batches[i].seq, i + 1);
    EXPECT_EQ(batches[i].from, 0s);
    EXPECT_EQ(batches[i].result.has_value(), i + 1 == batches.size());
    for (const metrics::Slice& slice : batches[i].slices) sum += metrics::tally_of(slice);
    EXPECT_EQ(batches[i].tally.answered, sum.answered) << "the broker checks each";
  }
  EXPECT_EQ(sum.answered, hits);
}

TEST(BatchMaker, TimeDoesNotGoBack) {
  BatchMaker maker("0123abcd", 7);
  maker.cut(5s, engine_of(0, 0));
  EXPECT_EQ(maker.cut(4s, engine_of(0, 0))[0].to, 5s);
}

}  // namespace
}  // namespace loads::runner
