#include "agent/core/windows.h"

#include <gtest/gtest.h>

#include <variant>

#include "common/metrics/split.h"
#include "proto/agent_messages.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

proto::Batch decoded(const std::string& bytes) { return std::get<proto::Batch>(proto::decode<proto::FromAgent>(bytes).message); }

metrics::Slice slice_of(std::uint64_t seq) {
  metrics::Slice slice;
  metrics::RequestRecord record;
  record.status = 200;
  record.total = std::chrono::milliseconds(seq);
  for (std::uint64_t i = 0; i < seq % 4; ++i) metrics::entry(slice.requests, "GET /" + std::to_string(i)).add(record);
  slice.outcomes[0] = seq;
  return slice;
}

// Of a second each, with numbers from 101 on.
std::vector<std::string> seconds(int count, proto::Nanoseconds from = {}) {
  std::vector<std::string> batches;
  proto::Batch batch;
  batch.run = "0badcafe";
  batch.lease = 3;
  batch.to = from;
  batch.tally = {1000, 1000, 900, 100, {1000, 0, 0, 0, 0}};
  for (int i = 0; i < count; ++i) {
    batch.seq = static_cast<std::uint64_t>(101 + i);
    batch.from = batch.to;
    batch.to += 1s;
    batch.users = i % 2 == 0 ? 4 : 8;
    batch.slices = {slice_of(batch.seq)};
    batch.tally += metrics::tally_of(batch.slices[0]);
    batch.tally.sent = batch.tally.settled = 2000 + batch.seq;
    batches.push_back(proto::encode(batch));
  }
  return batches;
}

// All that they have measured.
metrics::Slice sum(const std::vector<std::string>& batches) {
  metrics::Slice all;
  for (const std::string& bytes : batches) {
    for (const metrics::Slice& slice : decoded(bytes).slices) all.merge(slice);
  }
  return all;
}

// Each has the next number, and adds to the tally of the one before it what it says.
void expect_a_row(const std::vector<std::string>& batches) {
  for (std::size_t i = 1; i < batches.size(); ++i) {
    const proto::Batch before = decoded(batches[i - 1]);
    const proto::Batch batch = decoded(batches[i]);
    EXPECT_EQ(batch.seq, before.seq + 1);
    metrics::Tally tally = before.tally;
    for (const metrics::Slice& slice : batch.slices) tally += metrics::tally_of(slice);
    tally.sent = batch.tally.sent;
    tally.settled = batch.tally.settled;
    EXPECT_EQ(batch.tally, tally) << i;
  }
}

TEST(Windows, OnlyWhenItWasIsToldLessExactly) {
  const auto batches = seconds(25, 7s);
  const auto merged = in_windows(batches, 10s);
  ASSERT_EQ(merged.size(), 4u);
  expect_a_row(merged);
  EXPECT_EQ(decoded(merged[0]).seq, 101u);
  EXPECT_EQ(decoded(merged[0]).from, 7s);
  EXPECT_EQ(decoded(merged[0]).to, 10s);
  EXPECT_EQ(decoded(merged[1]).to, 20s);
  EXPECT_EQ(decoded(merged[3]).to, 32s);
  EXPECT_EQ(decoded(merged[1]).users, 6u) << "on average";
  EXPECT_EQ(decoded(merged[1]).run, "0badcafe");
  EXPECT_EQ(decoded(merged[1]).lease, 3u);
  EXPECT_EQ(decoded(merged.back()).tally, decoded(batches.back()).tally);
  EXPECT_EQ(proto::to_record(sum(merged)), proto::to_record(sum(batches)));
}

TEST(Windows, WhatIsMergedCanBeMergedAgain) {
  const auto batches = seconds(150);
  EXPECT_EQ(in_windows(in_windows(batches, 10s), 60s), in_windows(batches, 60s));
  EXPECT_EQ(in_windows(batches, 60s).size(), 3u);
}

TEST(Windows, EachStepKeepsItsFigures) {
  std::vector<std::string> batches = seconds(3);
  proto::Batch next = decoded(batches[2]);
  next.slices[0].step = 1;
  next.steps = {{0, std::chrono::duration<double>(2)}};
  batches[2] = proto::encode(next);
  const auto merged = in_windows(batches, 10s);
  ASSERT_EQ(merged.size(), 1u);
  const proto::Batch one = decoded(merged[0]);
  ASSERT_EQ(one.slices.size(), 2u);
  EXPECT_EQ(one.slices[0].step, 0u);
  EXPECT_EQ(one.slices[0].outcomes[0], 101u + 102u);
  EXPECT_EQ(one.slices[1].step, 1u);
  EXPECT_EQ(one.slices[1].outcomes[0], 103u);
  EXPECT_EQ(one.steps, next.steps);
}

TEST(Windows, WhatIsTooMuchForAMessageIsDealtToSeveral) {
  std::vector<std::string> batches = seconds(6);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    proto::Batch batch = decoded(batches[i]);
    for (int name = 0; name < 100; ++name) {
      metrics::Histogram& trend = batch.slices[0].trends["trend " + std::to_string(name)];
      for (std::uint64_t value = 1; value < 1'000'000'000; value = value * 101 / 100 + 1) trend.record(value + i * value / 700);
    }
    batches[i] = proto::encode(batch);
  }
  const auto merged = in_windows(batches, 10s);
  ASSERT_GT(merged.size(), 1u);
  expect_a_row(merged);
  for (const std::string& bytes : merged) EXPECT_LT(bytes.size(), 2 * metrics::kMostPartSize);
  EXPECT_EQ(decoded(merged.back()).tally, decoded(batches.back()).tally);
  EXPECT_EQ(proto::to_record(sum(merged)), proto::to_record(sum(batches)));
}

}  // namespace
}  // namespace loads::agent
