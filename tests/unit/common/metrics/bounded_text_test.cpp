#include "common/metrics/bounded_text.h"

#include <gtest/gtest.h>

#include <string>

#include "common/metrics/problem.h"
#include "common/metrics/recorder.h"

namespace loads::metrics {
namespace {

const std::string kFull(kMostText, 'x');

TEST(BoundedText, KeepsWhatFits) {
  EXPECT_EQ(bounded(""), "");
  EXPECT_EQ(bounded(kFull), kFull);
  EXPECT_EQ(bounded(kFull + "y"), kFull);
}

TEST(BoundedText, IsCutBetweenCharacters) {
  const std::string begun = kFull.substr(1);
  EXPECT_EQ(bounded(begun + "\u00e9"), begun) << "two bytes, of which one would fit";
  EXPECT_EQ(bounded(begun.substr(1) + "\u00e9" + "y"), begun.substr(1) + "\u00e9");
  EXPECT_EQ(bounded(begun.substr(2) + "\U0001f600"), begun.substr(2)) << "four bytes, of which three would fit";
}

TEST(BoundedText, BytesThatAreNoTextAreBoundedToo) {
  const std::string cut(bounded(std::string(2 * kMostText, '\x80')));
  EXPECT_LE(cut.size(), kMostText);
  EXPECT_GE(cut.size(), kMostText - 3);
}

TEST(BoundedText, ProblemsAndNamesOfRequestsAreBounded) {
  Problem problem;
  problem.count = 1;
  problem.message = problem.location = problem.request = kFull + "first";
  ProblemTable problems;
  problems.add(problem);
  problem.message = kFull + "second";
  problems.add(problem);
  ASSERT_EQ(problems.kinds(), 1U);
  EXPECT_EQ(problems.worst_first()[0].count, 2U);
  EXPECT_EQ(problems.worst_first()[0].message, kFull);
  EXPECT_EQ(problems.worst_first()[0].location, kFull);
  EXPECT_EQ(problems.worst_first()[0].request, kFull);
  Recorder recorder;
  EXPECT_EQ(recorder.request_name(kFull + "first"), recorder.request_name(kFull + "second"));
  EXPECT_EQ(recorder.name_of(0), kFull);
}

}  // namespace
}  // namespace loads::metrics
