#include "common/metrics/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>

#include "common/metrics/tally.h"

namespace loads::metrics {
namespace {

using Random = std::mt19937_64;

// Values over many octaves: `times` of them.
Histogram random_histogram(Random& random, std::uint64_t times) {
  Histogram histogram;
  for (; times > 0; --times) histogram.record(random() >> (20 + random() % 44), 1 + random() % 100);
  return histogram;
}

Problem random_problem(Random& random) {
  Problem problem;
  problem.kind = random() % 2 == 0 ? ProblemKind::error : ProblemKind::failure;
  problem.message = std::string(random() % 300, static_cast<char>('a' + random() % 26));
  problem.location = random() % 2 == 0 ? "test.cpp:" + std::to_string(random() % 200) : "";
  problem.count = 1 + random() % 9;
  problem.first = problem.last = WallTime(std::chrono::seconds(random() % 100));
  return problem;
}

RequestStats random_stats(Random& random) {
  RequestStats stats;
  stats.response_times = random_histogram(random, random() % 200);
  for (auto statuses = random() % 20; statuses > 0; --statuses) stats.statuses[static_cast<int>(100 + random() % 900)] += random() % 99;
  stats.errors[random() % kRequestErrors] = random() % 50;
  stats.answered = random() % 1000;
  stats.answered_time = Nanoseconds(random() % 1'000'000'000);
  stats.phase_time[random() % kPhases] = Nanoseconds(random() % 1'000'000'000);
  stats.connections = random() % 10;
  stats.bytes_sent = random() % 100'000;
  stats.bytes_received = random() % 100'000;
  return stats;
}

// Full tables have an "other", before and behind which names sort.
Slice random_slice(Random& random) {
  Slice slice;
  slice.step = static_cast<std::uint32_t>(random() % 5);
  const auto name = [&] { return (random() % 2 == 0 ? "get /" : "put /") + std::to_string(random() % 250); };
  for (auto count = random() % 500; count > 0; --count) entry(slice.requests, name()).merge(random_stats(random));
  for (auto count = random() % 500; count > 0; --count) entry(slice.counters, name()) += static_cast<std::int64_t>(random() % 100) - 50;
  for (auto count = random() % 500; count > 0; --count) entry(slice.trends, name()).merge(random_histogram(random, 3));
  for (auto count = random() % 500; count > 0; --count) entry(slice.checks, name()).passed += random() % 5;
  for (auto count = random() % 300; count > 0; --count) slice.problems.add(random_problem(random));
  for (auto& count : slice.outcomes) count = random() % 100;
  slice.unread_statuses = {{404, random() % 10}, {503, random() % 10}};
  slice.sockets.opened = random() % 5;
  slice.sockets.bytes_received = random() % 5000;
  slice.sockets.messages_sent = random() % 5000;
  slice.sockets.round_trips = random_histogram(random, 3);
  return slice;
}

void expect_same(const RequestStats& a, const RequestStats& b) {
  EXPECT_EQ(a.response_times, b.response_times);
  const auto rest = [](const RequestStats& stats) {
    return std::tie(stats.statuses, stats.errors, stats.answered, stats.answered_time, stats.phase_time, stats.connections,
                    stats.bytes_sent, stats.bytes_received);
  };
  EXPECT_EQ(rest(a), rest(b));
}

using ProblemLine = std::tuple<ProblemKind, std::string, std::string, std::string, std::uint64_t, WallTime, WallTime>;

std::vector<ProblemLine> lines(const ProblemTable& problems) {
  std::vector<ProblemLine> out;
  for (const Problem& p : problems.worst_first()) out.emplace_back(p.kind, p.message, p.location, p.request, p.count, p.first, p.last);
  std::sort(out.begin(), out.end());
  return out;
}

void expect_same(const Slice& a, const Slice& b) {
  ASSERT_EQ(a.requests.size(), b.requests.size());
  for (const auto& [name, stats] : a.requests) expect_same(stats, b.requests.at(name));
  EXPECT_EQ(a.trends, b.trends);
  EXPECT_EQ(a.counters, b.counters);
  ASSERT_EQ(a.checks.size(), b.checks.size());
  for (const auto& [name, check] : a.checks) EXPECT_EQ(check.passed, b.checks.at(name).passed);
  EXPECT_EQ(lines(a.problems), lines(b.problems));
  EXPECT_EQ(tally_of(a), tally_of(b));
  EXPECT_EQ(a.unread_statuses, b.unread_statuses);
  EXPECT_EQ(a.sockets.opened, b.sockets.opened);
  EXPECT_EQ(a.sockets.bytes_received, b.sockets.bytes_received);
  EXPECT_EQ(a.sockets.messages_sent, b.sockets.messages_sent);
  EXPECT_EQ(a.sockets.round_trips, b.sockets.round_trips);
}

TEST(Split, ThePartsMergedInAnyOrderAreTheWhole) {
  Random random(42);
  for (int round = 0; round < 10; ++round) {
    const Slice whole = random_slice(random);
    auto parts = split(Slice(whole), std::size_t{1} << (9 + random() % 12));
    std::shuffle(parts.begin(), parts.end(), random);
    Slice merged;
    for (const Slice& part : parts) {
      EXPECT_EQ(part.step, whole.step);
      merged.merge(part);
    }
    expect_same(merged, whole);
    if (HasFailure()) FAIL() << "round " << round;
  }
}

TEST(Split, WhatFitsStaysWhole) {
  Slice slice;
  slice.step = 3;
  entry(slice.requests, "GET /").answered = 7;
  entry(slice.counters, "items") = 5;
  const auto parts = split(std::move(slice));
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].hits(), 7U);
  EXPECT_EQ(parts[0].counters.at("items"), 5);
}

TEST(Split, AnEmptySliceIsOneEmptyPart) {
  const auto parts = split(Slice{});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_TRUE(parts[0].empty());
}

std::size_t texts_and_histograms(const Slice& slice) {
  std::size_t bytes = 0;
  for (const auto& [name, stats] : slice.requests) bytes += name.size() + stats.response_times.encode().size();
  for (const auto& [name, values] : slice.trends) bytes += name.size() + values.encode().size();
  for (const Problem& problem : slice.problems.worst_first()) bytes += problem.message.size();
  return bytes;
}

TEST(Split, APartStaysBelowItsSizeWithFullHistograms) {
  Histogram full;
  for (std::uint64_t value = 0; value < 30'000'000; value += 1 + value / 2000) full.record(value, 1000);
  ASSERT_GT(full.encode().size(), 30'000U);
  Slice slice;
  for (std::size_t i = 0; i < kMaxNames; ++i) entry(slice.requests, "GET /" + std::to_string(i)).response_times = full;
  for (std::size_t i = 0; i < kMaxNames; ++i) entry(slice.trends, "size of " + std::to_string(i)) = full;
  const std::size_t whole = texts_and_histograms(slice);
  const auto parts = split(std::move(slice));
  std::size_t sum = 0;
  for (const Slice& part : parts) {
    EXPECT_LE(texts_and_histograms(part), kMostPartSize);
    sum += texts_and_histograms(part);
  }
  EXPECT_EQ(sum, whole);
  EXPECT_LE(parts.size(), whole / kMostPartSize * 2) << "the estimate is not far off";
}

// Small on the wire, and yet 229 KB in memory each: a reader refuses a message that takes too much of it.
TEST(Split, PartsAreBoundedInMemory) {
  Slice slice;
  Histogram wide;
  for (unsigned bit = 0; bit < 37; ++bit) wide.record(std::uint64_t{1} << bit);
  for (std::size_t i = 0; i < kMaxNames; ++i) entry(slice.trends, std::to_string(i)) = wide;
  const auto parts = split(std::move(slice));
  EXPECT_EQ(parts.size(), 3U);
  for (const Slice& part : parts) {
    std::size_t memory = 0;
    for (const auto& [name, values] : part.trends) memory += values.memory();
    EXPECT_LE(memory, 32 * kMostPartSize);
  }
}

TEST(Split, AnEntryThatIsLargerThanAPartIsOneOfItsOwn) {
  Slice slice;
  entry(slice.counters, "a") = 1;
  entry(slice.counters, std::string(5000, 'b')) = 2;
  entry(slice.counters, "c") = 3;
  const auto parts = split(std::move(slice), 2000);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].counters.at(std::string(5000, 'b')), 2);
}

TEST(HistogramEncoding, IsNeverLongerThanItsBound) {
  Random random(3);
  for (int round = 0; round < 300; ++round) {
    Histogram histogram;
    const unsigned range = random() % 60;
    const unsigned times = random() % 40;
    for (auto values = random() % 3000; values > 0; --values)
      histogram.record(random() >> (63 - range), 1 + (random() >> (63 - times) >> 12));
    EXPECT_LE(histogram.encode().size(), histogram.most_encoded_bytes()) << "round " << round;
  }
}

TEST(HistogramEncoding, ABucketOfEachCountAndGapKeepsTheBound) {
  for (const std::uint64_t times : {1U, 63U, 64U, 8191U, 8192U, 1U << 20U, 1U << 27U}) {
    for (const std::uint64_t gap : {1U, 2U, 64U, 65U, 66U, 8192U, 8193U}) {
      Histogram histogram;
      for (std::uint64_t value = 0; value < 28'672; value += gap) {
        histogram.record(value < 2048 ? value : (1024 + value % 1024) << (value / 1024 - 1), times);
      }
      EXPECT_LE(histogram.encode().size(), histogram.most_encoded_bytes()) << times << " times, every " << gap;
      EXPECT_LE(histogram.most_encoded_bytes(), 165'000U);
    }
  }
}

}  // namespace
}  // namespace loads::metrics
