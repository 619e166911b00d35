#include "runner/report/report.h"

#include <gtest/gtest.h>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

Report report_of(const metrics::Slice& slice) {
  Report report = empty_report();
  report.totals.add(slice);
  return report;
}

TEST(Verdict, IsPassedWhenAllSucceeded) {
  EXPECT_EQ(verdict(guide_report(), {}), 0);
  EXPECT_EQ(result_of(guide_report()), Result::passed);
}

TEST(Verdict, OfErrorsOrFailuresIsTheCallersCode) {
  metrics::Slice slice;
  answer(slice, "GET /", 10, 1000);
  runs(slice, metrics::Outcome::failure, 1);
  EXPECT_EQ(verdict(report_of(slice), {}), 1);
  EXPECT_EQ(verdict(report_of(slice), {.on_failure = 42}), 42);
  EXPECT_EQ(result_of(report_of(slice)), Result::failed);

  metrics::Slice errors;
  answer(errors, "GET /", 10, 1000);
  runs(errors, metrics::Outcome::error, 1);
  EXPECT_EQ(verdict(report_of(errors), {}), 1);
}

TEST(Verdict, OfNoAnswerAtAllIsFailedEvenIfTheTestDoesNotMind) {
  metrics::Slice slice;
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::timeout)] = 1;
  runs(slice, metrics::Outcome::success, 1);
  EXPECT_EQ(verdict(report_of(slice), {}), 1);
  EXPECT_EQ(verdict(empty_report(), {}), 1);
}

TEST(Verdict, OfARunThatOnlySkippedIsFailedWhateverWasAnswered) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::skipped, 3);
  EXPECT_EQ(verdict(report_of(slice), {}), 1);
  answer(slice, "GET /", 3, 1000);
  EXPECT_EQ(verdict(report_of(slice), {}), 1);
  runs(slice, metrics::Outcome::success, 1);
  EXPECT_EQ(verdict(report_of(slice), {}), 0);
}

TEST(Verdict, OfATestWithoutRequestsThatSucceedsIsPassed) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::success, 3);
  EXPECT_EQ(verdict(report_of(slice), {}), 0);
}

TEST(Verdict, OfACrossedThresholdOutweighsFailuresAndNothingElse) {
  Report report = busy_report();
  report.thresholds = thresholds::judge_all({"errors<50%"}, report.totals.all(), report.duration);
  EXPECT_EQ(verdict(report, {}), 1) << "those that hold excuse no failures";
  report.thresholds = thresholds::judge_all({"errors<50%", "hits<1"}, report.totals.all(), report.duration);
  EXPECT_EQ(verdict(report, {}), 99);
  EXPECT_EQ(result_of(report), Result::failed);
  for (const auto& [ending, code] : {std::pair(Ending::interrupted, 130), std::pair(Ending::terminated, 143),
                                     std::pair(Ending::incomplete, 5), std::pair(Ending::crashed, 3)}) {
    report.ending = ending;
    EXPECT_EQ(verdict(report, {}), code);
  }
}

TEST(Verdict, OfAnAbortedRunDependsOnWhatHasAbortedIt) {
  Report report = busy_report();
  report.ending = Ending::aborted;
  report.abort = {false, "1 failure, --fail-fast"};
  EXPECT_EQ(verdict(report, {}), 1);
  report.abort = {true, "errors>50% for 10s: 62.1%"};
  EXPECT_EQ(verdict(report, {}), 99);
  EXPECT_EQ(result_of(report), Result::failed);
}

TEST(Verdict, OfAStoppedRunIsItsSignalsWhateverWasMeasured) {
  Report report = guide_report();
  report.ending = Ending::interrupted;
  EXPECT_EQ(verdict(report, {}), 130);
  report = busy_report();
  report.ending = Ending::terminated;
  EXPECT_EQ(verdict(report, {}), 143);
  EXPECT_EQ(result_of(report), Result::stopped);
}

TEST(Verdict, OfACrashIsThatTheTestCannotBeRun) {
  Report report = busy_report();
  report.ending = Ending::crashed;
  EXPECT_EQ(verdict(report, {}), 3);
  EXPECT_EQ(result_of(report), Result::crashed);
}

TEST(Verdict, OfALostAgentIsThatTheResultIsIncompleteWhateverWasMeasured) {
  Report report = guide_report();
  report.ending = Ending::incomplete;
  EXPECT_EQ(verdict(report, {}), 5);
  EXPECT_EQ(result_of(report), Result::incomplete);
}

TEST(Verdict, OfARunThatSomebodyElseStoppedIsThatOfAStop) {
  Report report = guide_report();
  report.ending = Ending::stopped;
  EXPECT_EQ(verdict(report, {}), 130);
  EXPECT_EQ(result_of(report), Result::stopped);
}

TEST(RunFigures, OfTheWholeRunAreMeansOverTheAnsweredRequests) {
  metrics::Slice slice;
  answer(slice, "GET /", 30, 2000);
  answer(slice, "GET /", 10, 6000, 503);
  Report report = report_of(slice);
  report.duration = std::chrono::duration<double>(4);
  EXPECT_DOUBLE_EQ(requests_per_second(report), 10);
  EXPECT_DOUBLE_EQ(average_request_seconds(report), 0.003);
}

// A worker that is killed has counted them, and their times are gone with it.
TEST(Report, AnswersWhoseTimesAreLostAreNoPartOfAMean) {
  metrics::Slice slice;
  entry(slice.requests, "GET /").add({.status = 200, .total = std::chrono::milliseconds(3)});
  slice.requests["(times lost)"].answered = 2;
  Report report;
  report.totals.add(slice);
  EXPECT_EQ(report.totals.all().hits(), 3U);
  EXPECT_DOUBLE_EQ(average_request_seconds(report), 0.003);
}

TEST(RunFigures, OfARunOfNoTimeAre0) {
  EXPECT_EQ(requests_per_second(empty_report()), 0);
  EXPECT_EQ(average_request_seconds(refused_report()), 0);
}

TEST(Doubts, FollowFromRequestsThatThisMachineFailedToSend) {
  metrics::Slice slice;
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::no_ports)] = 12;
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::connect_refused)] = 5;
  Report report = report_of(slice);
  report.doubts = {{"cpu", "busy"}};
  const std::vector<Doubt> doubts = all_doubts(report);
  ASSERT_EQ(doubts.size(), 2U);
  EXPECT_EQ(doubts[0].id, "cpu");
  EXPECT_EQ(doubts[1].id, "ports");
  EXPECT_EQ(doubts[1].message, "12 requests were not sent: this machine is out of local ports.");
}

TEST(Validity, OfFiguresIsThatOfTheWorstTrouble) {
  Report report = guide_report();
  EXPECT_EQ(validity_of(report), metrics::Validity::valid);
  report.doubts.push_back({"max-users", "", metrics::Validity::valid});
  EXPECT_EQ(validity_of(report), metrics::Validity::valid);
  report.doubts.push_back({"cpu", ""});
  EXPECT_EQ(validity_of(report), metrics::Validity::suspect);
  report.doubts.push_back({"steal", "", metrics::Validity::invalid});
  EXPECT_EQ(validity_of(report), metrics::Validity::invalid);
}

TEST(Validity, ThresholdsAreNotJudgedByFiguresThatAreInvalid) {
  Report report = guide_report();
  report.doubts.push_back({"steal", "", metrics::Validity::invalid});
  EXPECT_EQ(verdict(report, {}), 0) << "nothing was to be judged";
  report.thresholds = thresholds::judge_all({"p95<1us"}, report.totals.all(), report.duration);
  EXPECT_EQ(verdict(report, {}), 98);
  EXPECT_EQ(verdict(report, {.on_invalid = 0}), 99);
  settle(report, {.on_invalid = 42});
  EXPECT_EQ(report.exit_code, 42);
  EXPECT_TRUE(report.unjudged);
  settle(report, {.on_invalid = 0});
  EXPECT_FALSE(report.unjudged);
  report.ending = Ending::interrupted;
  EXPECT_EQ(verdict(report, {}), 130);
}

TEST(Validity, OfRunsThatBeganLate) {
  metrics::Slice slice;
  slice.arrivals.late.record(100, 98);
  slice.arrivals.late.record(50'000, 2);
  EXPECT_EQ(validity_of(report_of(slice)), metrics::Validity::suspect);
  slice.arrivals.late.record(50'000, 20);
  EXPECT_EQ(validity_of(report_of(slice)), metrics::Validity::invalid);
  metrics::Slice waited;
  waited.arrivals.waited.record(5'000'000, 50);
  EXPECT_EQ(validity_of(report_of(waited)), metrics::Validity::valid) << "for the target";
}

}  // namespace
}  // namespace loads::runner
