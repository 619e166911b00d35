#include "runner/capacity/level_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/capacity/simulated_levels.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::string> kConditions{"p99<250ms", "errors<0.1%"};

LevelRun run_of(const metrics::Slice& slice) { return level_run(judged(level_report(100, slice), kConditions), 100); }

metrics::Slice quick_answers() {
  metrics::Slice slice;
  answer(slice, "GET /", 1000, 20'000);
  runs(slice, metrics::Outcome::success, 1000);
  return slice;
}

TEST(LevelRun, HoldsWhenItsConditionsDo) {
  const LevelRun run = run_of(quick_answers());
  EXPECT_TRUE(run.held());
  EXPECT_EQ(run.validity, metrics::Validity::valid);
  EXPECT_EQ(run.runs, 1000U);
  EXPECT_DOUBLE_EQ(run.runs_per_second, 100);
  EXPECT_DOUBLE_EQ(run.hits_per_second, 100);
  EXPECT_EQ(run.p50, 20'000U);
}

TEST(LevelRun, ACrossedConditionIsSaidWithItsValue) {
  metrics::Slice slice = quick_answers();
  answer(slice, "GET /", 50, 430'000);
  const LevelRun run = run_of(slice);
  ASSERT_THAT(run.reasons, SizeIs(1));
  EXPECT_EQ(run.reasons[0].word, "p99<250ms");
  EXPECT_EQ(run.reasons[0].sentence, "p99 was 430ms");
}

TEST(LevelRun, NoDataDoesNotHold) {
  metrics::Slice slice;
  answer(slice, "GET /", 50, 20'000);
  runs(slice, metrics::Outcome::success, 50);
  EXPECT_EQ(run_of(slice).reasons[0].sentence, "there was no data of p99: 50 values are too few for this percentile: it takes 100");
}

TEST(LevelRun, RunsThatFoundNoUserDoNotHold) {
  metrics::Slice slice = quick_answers();
  slice.arrivals.waited.record(300);
  slice.arrivals.missed = 7;
  const LevelRun run = run_of(slice);
  ASSERT_THAT(run.reasons, SizeIs(1));
  EXPECT_EQ(run.reasons[0].word, "no user free");
  EXPECT_EQ(run.reasons[0].sentence,
            "1 test run had to wait for a user and 7 never began: all users that may be (--max-users 1000) were at work");
  EXPECT_EQ(run.validity, metrics::Validity::valid);
}

TEST(LevelRun, AStatusThatTheTestDoesNotLookAtDoesNotHold) {
  metrics::Slice slice = quick_answers();
  answer(slice, "GET /", 200, 1000, 503);
  slice.unread_statuses[503] = 200;
  const LevelRun run = run_of(slice);
  ASSERT_THAT(run.reasons, SizeIs(1));
  EXPECT_EQ(run.reasons[0].word, "status 503");
  EXPECT_EQ(run.reasons[0].sentence, "503 came 200 times, at which the test does not look");
}

TEST(LevelRun, AStatusIsSaidBeforeWhatHasNoDataBecauseOfIt) {
  metrics::Slice slice;
  answer(slice, "GET /", 200, 1000, 503);
  runs(slice, metrics::Outcome::success, 200);
  slice.unread_statuses[503] = 200;
  EXPECT_EQ(run_of(slice).reasons[0].word, "status 503");
}

TEST(LevelRun, AnswersThatGetSlowerAndSlowerDoNotHold) {
  Report report = judged(level_report(100, quick_answers()), kConditions);
  for (int second = 0; second < 12; ++second) {
    metrics::Slice slice;
    answer(slice, "GET /", 10, 20'000 + 15'000 * static_cast<std::uint64_t>(second));
    report.history.add(std::chrono::seconds(second), std::chrono::seconds(second + 1), 1, {slice});
  }
  const LevelRun run = level_run(report, 100);
  ASSERT_THAT(run.reasons, SizeIs(1));
  EXPECT_EQ(run.reasons[0].word, "falls behind");
  EXPECT_EQ(run.reasons[0].sentence, "response times grew by 15ms each second");
}

TEST(LevelRun, SilenceIsSaidFirstAndWhy) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::error, 100);
  slice.problems.add(sample_problem(metrics::ProblemKind::error, "connect: connection refused 127.0.0.1:9", 100));
  EXPECT_EQ(run_of(slice).reasons[0].sentence, "nothing was answered, connect: connection refused 127.0.0.1:9");
}

TEST(LevelRun, AnAbortedOneDoesNotHold) {
  Report report = judged(level_report(100, quick_answers()), kConditions);
  report.ending = Ending::aborted;
  report.abort = {true, "errors>50% for 3s: 100%"};
  EXPECT_EQ(level_run(report, 100).reasons[0].sentence, "it was aborted: errors>50% for 3s: 100%");
}

TEST(LevelRun, ALoadThatWasChangedSaysNothingAboutItsRate) {
  Report report = judged(level_report(100, quick_answers()), kConditions);
  report.load_changes.emplace_back();
  EXPECT_EQ(level_run(report, 100).reasons[0].word, "load changed");
}

TEST(LevelRun, DoubtsAboutTheGeneratorMakeItInvalid) {
  Report report = judged(level_report(100, quick_answers()), kConditions);
  report.doubts.push_back({"cpu-contention", "thread 0 of the generator waited", metrics::Validity::invalid});
  report.doubts.push_back({"note", "nothing of weight", metrics::Validity::valid});
  const LevelRun run = level_run(report, 100);
  EXPECT_EQ(run.validity, metrics::Validity::invalid);
  ASSERT_THAT(run.doubts, SizeIs(1));
  EXPECT_EQ(run.doubts[0].id, "cpu-contention");
}

TEST(ImpliedConditions, SpeakOfWhatNobodyHasSpokenOf) {
  EXPECT_THAT(implied_conditions({"p99<250ms"}), ElementsAre("errors<1%", "failures<1%"));
  EXPECT_THAT(implied_conditions({"errors<0.1%"}), ElementsAre("failures<1%"));
  EXPECT_THAT(implied_conditions({"p99<250ms", "success>99%"}), IsEmpty());
}

TEST(SubjectOf, IsTheMetricWithItsName) {
  EXPECT_EQ(subject_of(judged(empty_report(), {"p99 < 250ms"}).thresholds[0].threshold), "p99");
  EXPECT_EQ(subject_of(judged(empty_report(), {"p99{a<b}<=250ms"}).thresholds[0].threshold), "p99{a<b}");
}

}  // namespace
}  // namespace loads::runner
