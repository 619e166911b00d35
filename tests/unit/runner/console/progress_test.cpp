#include "runner/console/progress.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;
using Time = std::chrono::duration<double>;

constexpr const char* kErase = "\r\x1b[K\x1b[1A\r\x1b[K";  // the status line and the bar above it

class ProgressTest : public testing::Test {
 protected:
  void hits(std::uint64_t count) {
    metrics::Slice slice;
    answer(slice, "GET /", count, 3600);
    totals_.add(slice);
  }
  void trouble(const std::string& message) {
    metrics::Slice slice;
    slice.problems.add(sample_problem(metrics::ProblemKind::error, message, 1));
    totals_.add(slice);
  }
  ProgressSettings settings(ProgressStyle style, int columns = 80) {
    return {.style = style, .planned = plan::Seconds(30), .columns = [columns] { return columns; }, .paint = Paint()};
  }
  // What was written since the last call.
  std::string written() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  metrics::Totals totals_;
};

TEST_F(ProgressTest, LiveIsTheGuidesBarAndOneStatusLine) {
  Progress progress(out_, settings(ProgressStyle::live));
  progress.update({.users = 100, .fraction = 0.5}, totals_, Time(0));
  EXPECT_EQ(written(), "[" + std::string(35, '=') + std::string(35, ' ') +
                           "]  50%\n"
                           "00:00/00:30  users 100  hits 0  0/s  p50 -  p95 -  errors 0");
}

TEST_F(ProgressTest, LiveIsRedrawnInPlaceAtMostFourTimesASecond) {
  Progress progress(out_, settings(ProgressStyle::live));
  progress.update({}, totals_, Time(0));
  written();
  progress.update({}, totals_, Time(0.1));
  progress.update({}, totals_, Time(0.24));
  EXPECT_EQ(written(), "");
  hits(500);
  progress.update({.users = 7, .fraction = 1}, totals_, Time(1));
  EXPECT_EQ(written(),
            kErase + ("[" + std::string(70, '=')) + "]  100%\n00:01/00:30  users 7  hits 500  500/s  p50 3.6ms  p95 3.6ms  errors 0");
}

TEST_F(ProgressTest, TheRateIsThatOfTheLastSecond) {
  Progress progress(out_, settings(ProgressStyle::live));
  hits(500);
  progress.update({}, totals_, Time(1));
  hits(20);
  progress.update({}, totals_, Time(1.5));
  EXPECT_THAT(written(), HasSubstr("hits 520  500/s"));
  progress.update({}, totals_, Time(2));
  EXPECT_THAT(written(), HasSubstr("hits 520  20/s"));
}

TEST_F(ProgressTest, LiveFitsIntoANarrowTerminal) {
  Progress progress(out_, settings(ProgressStyle::live, 40));
  progress.update({.users = 100, .fraction = 1}, totals_, Time(0));
  EXPECT_EQ(written(), "[" + std::string(31, '=') + "]  100%\n00:00/00:30  users 100  hits 0  0/s");
}

TEST_F(ProgressTest, AnUnbelievablyNarrowTerminalDoesNoHarm) {
  Progress progress(out_, settings(ProgressStyle::live, 1));
  progress.update({.users = 100, .fraction = 1}, totals_, Time(0));
  EXPECT_EQ(written(), "[===========]  100%\n00:00/00:30");
}

TEST_F(ProgressTest, FinishingLeavesTheCursorAtTheStartOfAnEmptyLine) {
  Progress progress(out_, settings(ProgressStyle::live));
  progress.update({}, totals_, Time(0));
  written();
  progress.finish();
  EXPECT_EQ(written(), kErase);
  progress.finish();
  EXPECT_EQ(written(), "");
}

TEST_F(ProgressTest, EndingWithoutFinishingCleansUpToo) {
  {
    Progress progress(out_, settings(ProgressStyle::live));
    progress.update({}, totals_, Time(0));
    written();
  }
  EXPECT_EQ(written(), kErase);
}

TEST_F(ProgressTest, EachKindOfProblemIsPrintedOnceAboveTheBar) {
  Progress progress(out_, settings(ProgressStyle::live));
  progress.update({}, totals_, Time(0));
  written();
  trouble("connection refused");
  progress.update({}, totals_, Time(0.1));
  const std::string text = written();
  EXPECT_TRUE(text.starts_with(kErase + std::string("error: connection refused\n["))) << text;
  trouble("connection refused");
  progress.update({}, totals_, Time(0.5));
  EXPECT_THAT(written(), Not(HasSubstr("refused")));
}

TEST_F(ProgressTest, AProblemIsToldWithItsPlaceAndItsRequest) {
  Progress progress(out_, settings(ProgressStyle::lines));
  metrics::Problem problem = sample_problem(metrics::ProblemKind::failure, "expected 200,\n  got 503", 1);
  problem.location = "example.cpp:14";
  problem.request = "GET /";
  progress.problem(problem);
  progress.problem(problem);
  EXPECT_EQ(written(), "failure: expected 200, got 503   example.cpp:14   GET /\n");
}

TEST_F(ProgressTest, AProblemThatIsToldEarlyHidesNoOther) {
  Progress progress(out_, settings(ProgressStyle::lines));
  progress.problem(sample_problem(metrics::ProblemKind::error, "early", 1));
  trouble("late");
  progress.update({}, totals_, Time(0));
  EXPECT_EQ(written(), "error: early\nerror: late\n");
}

TEST_F(ProgressTest, ManyKindsOfProblemsDoNotFloodTheTerminal) {
  Progress progress(out_, settings(ProgressStyle::lines));
  for (int i = 0; i < 50; ++i) trouble("kind " + std::to_string(100 + i));
  progress.update({}, totals_, Time(0));
  const std::string text = written();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
  EXPECT_TRUE(text.ends_with("error: kind 109\nMore kinds of problems came: the summary counts them.\n")) << text;
}

TEST_F(ProgressTest, NoEscapeSequenceOfAProblemReachesTheTerminal) {
  Progress progress(out_, settings(ProgressStyle::lines));
  trouble("\x1b[2Jowned" + std::string(5000, 'x'));
  progress.update({}, totals_, Time(0));
  const std::string text = written();
  EXPECT_TRUE(text.starts_with("error: \\x1b[2Jownedxx")) << text;
  EXPECT_LE(text.size(), 201U);
}

TEST_F(ProgressTest, ElsewhereThereIsAPlainLineEachTenSeconds) {
  Progress progress(out_, settings(ProgressStyle::lines));
  progress.update({.users = 5, .fraction = 0}, totals_, Time(0));
  progress.update({.users = 5, .fraction = 0.3}, totals_, Time(9.9));
  EXPECT_EQ(written(), "");
  hits(4970);
  progress.update({.users = 100, .fraction = 0.3}, totals_, Time(10));
  progress.update({.users = 100, .fraction = 0.6}, totals_, Time(19.9));
  progress.finish();
  EXPECT_EQ(written(), "00:10/00:30  users 100  hits 4970  497/s  p50 3.6ms  p95 3.6ms  errors 0\n");
}

TEST_F(ProgressTest, QuietIsSilent) {
  Progress progress(out_, settings(ProgressStyle::quiet));
  trouble("connection refused");
  progress.update({}, totals_, Time(30));
  progress.note("Stopping.");
  progress.finish();
  EXPECT_EQ(written(), "");
}

TEST_F(ProgressTest, ANoteIsPrintedAboveTheBarWhichComesBackAtOnce) {
  Progress progress(out_, settings(ProgressStyle::live));
  progress.update({}, totals_, Time(0));
  written();
  progress.note("Stopping: Ctrl-C again cuts.");
  EXPECT_EQ(written(), kErase + std::string("Stopping: Ctrl-C again cuts.\n"));
  progress.update({}, totals_, Time(0.01));
  EXPECT_THAT(written(), HasSubstr("]   0%\n00:00/00:30"));
}

}  // namespace
}  // namespace loads::runner
