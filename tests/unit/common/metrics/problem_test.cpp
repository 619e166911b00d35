#include "common/metrics/problem.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::metrics {
namespace {

WallTime at(int seconds) { return WallTime(std::chrono::seconds(seconds)); }

Problem problem(std::string message, std::string location, std::string request, std::uint64_t count, int first, int last) {
  Problem made;
  made.message = std::move(message);
  made.location = std::move(location);
  made.request = std::move(request);
  made.count = count;
  made.first = at(first);
  made.last = at(last);
  return made;
}

TEST(ProblemTable, OneKindIsKeptOnceAndCounted) {
  ProblemTable table;
  table.add(problem("got 503", "example.cpp:14", "GET /", 1, 20, 20));
  table.add(problem("got 504", "example.cpp:14", "GET /", 2, 10, 30));
  ASSERT_EQ(table.kinds(), 1u);
  const Problem kept = table.worst_first().front();
  EXPECT_EQ(kept.count, 3u);
  EXPECT_EQ(kept.message, "got 504") << "the one that came first in time";
  EXPECT_EQ(kept.first, at(10));
  EXPECT_EQ(kept.last, at(30));
}

TEST(ProblemTable, KindLocationAndRequestSetProblemsApart) {
  ProblemTable table;
  Problem one = problem("m", "a.cpp:1", "GET /", 1, 1, 1);
  table.add(one);
  one.kind = ProblemKind::failure;
  table.add(one);
  one.location = "a.cpp:2";
  table.add(one);
  one.request = "GET /other";
  table.add(one);
  EXPECT_EQ(table.kinds(), 4u);
}

TEST(ProblemTable, WithoutALocationTheMessageSetsProblemsApart) {
  ProblemTable table;
  table.add(problem("connection refused", "", "GET /", 1, 1, 1));
  table.add(problem("timed out", "", "GET /", 1, 1, 1));
  table.add(problem("timed out", "", "GET /", 1, 1, 1));
  EXPECT_EQ(table.kinds(), 2u);
}

TEST(ProblemTable, TheWorstComesFirstAndOfEqualsTheEarlier) {
  ProblemTable table;
  table.add(problem("late", "", "", 3, 9, 9));
  table.add(problem("rare", "", "", 1, 1, 1));
  table.add(problem("early", "", "", 3, 2, 2));
  const auto sorted = table.worst_first();
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0].message, "early");
  EXPECT_EQ(sorted[1].message, "late");
  EXPECT_EQ(sorted[2].message, "rare");
}

TEST(ProblemTable, TheSurplusIsCountedTogether) {
  ProblemTable table;
  for (int i = 0; i < 150; ++i) table.add(problem("message " + std::to_string(i), "", "", 2, i, i));
  EXPECT_EQ(table.kinds(), ProblemTable::kMaxProblems + 1);
  const Problem surplus = table.worst_first().front();
  EXPECT_EQ(surplus.message, "other problems");
  EXPECT_EQ(surplus.count, 100u);
  EXPECT_EQ(surplus.first, at(100));
  EXPECT_EQ(surplus.last, at(149));
}

TEST(ProblemTable, MergingStaysWithinTheBound) {
  ProblemTable whole;
  for (int part = 0; part < 5; ++part) {
    ProblemTable table;
    for (int i = 0; i < 150; ++i) table.add(problem(std::to_string(part) + "/" + std::to_string(i), "", "", 1, 1, 1));
    whole.merge(table);
  }
  EXPECT_EQ(whole.kinds(), ProblemTable::kMaxProblems + 1);
  std::uint64_t sum = 0;
  for (const Problem& kind : whole.worst_first()) sum += kind.count;
  EXPECT_EQ(sum, 750u);
}

TEST(ProblemTable, MergingAddsTheCountsOfTheSameKind) {
  ProblemTable a;
  a.add(problem("x", "", "GET /", 2, 5, 6));
  ProblemTable b;
  b.add(problem("x", "", "GET /", 3, 1, 9));
  b.add(problem("y", "", "GET /", 1, 1, 1));
  a.merge(b);
  EXPECT_EQ(a.kinds(), 2u);
  EXPECT_EQ(a.worst_first().front().count, 5u);
  EXPECT_EQ(a.worst_first().front().last, at(9));
}

TEST(ProblemTable, KnowsWhetherAKindCameBefore) {
  ProblemTable table;
  EXPECT_TRUE(table.empty());
  table.add(problem("got 503", "example.cpp:14", "GET /", 1, 1, 1));
  EXPECT_FALSE(table.empty());
  EXPECT_TRUE(table.contains_kind_of(problem("got 500", "example.cpp:14", "GET /", 1, 8, 8)));
  EXPECT_FALSE(table.contains_kind_of(problem("got 503", "example.cpp:15", "GET /", 1, 8, 8)));
}

TEST(ProblemTable, AProblemThatNeverCameIsNotKept) {
  ProblemTable table;
  table.add(problem("x", "", "", 0, 1, 1));
  EXPECT_TRUE(table.empty());
}

TEST(ProblemKind, HasAWord) {
  EXPECT_EQ(to_string(ProblemKind::error), "error");
  EXPECT_EQ(to_string(ProblemKind::failure), "failure");
}

}  // namespace
}  // namespace loads::metrics
