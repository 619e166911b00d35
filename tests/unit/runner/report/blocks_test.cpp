#include "runner/report/blocks.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>
#include <string>

#include "common/metrics/untimed.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;

Report report_of(const metrics::Slice& slice) {
  Report report = empty_report();
  report.totals.add(slice);
  return report;
}

TEST(Blocks, SayNothingAboutARunInWhichNothingHappened) {
  const Report report = empty_report();
  EXPECT_EQ(response_times(report, true), "");
  EXPECT_EQ(steps(report), "");
  EXPECT_EQ(phases(report), "");
  EXPECT_EQ(status_codes(report, Paint()), "");
  EXPECT_EQ(problems(report, Paint()), "");
  EXPECT_EQ(exemplars(report, Paint()), "");
  EXPECT_EQ(custom_metrics(report, Paint()), "");
  EXPECT_EQ(thresholds_block(report, Paint()), "");
  EXPECT_EQ(trust(report, Paint()), "");
}

TEST(Thresholds, AreShownWithWhatWasMeasured) {
  const Report report = judged(busy_report(), {"p95<500ms", "errors<0.01%", "p50{GET /nosuch}<1s"});
  const std::string block = thresholds_block(report, Paint());
  EXPECT_THAT(block, testing::StartsWith("Thresholds\n  ok    p95<500ms            "));
  EXPECT_THAT(block, HasSubstr("  FAIL  errors<0.01%         0.0"));
  EXPECT_THAT(block, HasSubstr("  FAIL  p50{GET /nosuch}<1s  no data\n        No request of that name came."));
  EXPECT_EQ(last_line(report, Paint()), "FAILED: 2 of 3 thresholds crossed (exit code 99)\n");
}

TEST(Thresholds, LongAndHostileExpressionsStayWithinTheLine) {
  const Report report = judged(empty_report(), {"p50{" + std::string(200, 'x') + "\x1b[31m}<1s"});
  std::istringstream lines(thresholds_block(report, Paint()));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u) << line;
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
  }
}

TEST(Thresholds, ARunThatWasAbortedSaysWhy) {
  Report report = guide_report();
  report.ending = Ending::aborted;
  report.fraction = 0.4;
  report.abort = {true, "errors>50% for 10s: 62.1%"};
  report.exit_code = verdict(report, {});
  EXPECT_EQ(last_line(report, Paint()), "ABORTED after 40% of the plan: errors>50% for 10s: 62.1% (exit code 99)\n");
}

TEST(Exemplars, SayWhereTheTimeOfTheSlowestWentAndWhatFailedAnswersSay) {
  metrics::Slice slice;
  slice.exemplars.add(sample_exemplar("GET /slow", 200, 1240));
  slice.exemplars.add(sample_exemplar("GET /", 200, 60));
  slice.exemplars.add(sample_exemplar("GET /quick", 200, 9));
  metrics::Exemplar busy = sample_exemplar("POST /basket/checkout", 503, 2);
  busy.answer = "HTTP/1.1 503 Busy\n\n{\"error\": \"the database\n is \x1b[31m down\"}";
  slice.exemplars.add(busy);
  EXPECT_EQ(exemplars(report_of(slice), Paint()),
            "Exchanges worth a look (--json FILE has them whole)\n"
            "     1.24s  GET /slow              200  at 12:15:06  wait 1.23s\n"
            "    60.0ms  GET /                  200  at 12:15:06  wait 50.0ms, connect 10.0ms\n"
            "     2.0ms  POST /basket/checkout  503  at 12:15:06  {\"error\": \"the database...\n");
}

TEST(Exemplars, LeaveOutWhatIsSaidElsewhereOrNotWorthIt) {
  metrics::Slice slice;
  slice.exemplars.add(sample_exemplar("GET /quick", 200, 9));
  metrics::Exemplar lost = sample_exemplar("GET /lost", 0, 5000);
  lost.error = metrics::RequestError::timeout;
  slice.exemplars.add(lost);
  EXPECT_EQ(exemplars(report_of(slice), Paint()), "");
}

TEST(Exemplars, AreAFewLinesWhateverThereIs) {
  metrics::Slice slice;
  for (int i = 0; i < 50; ++i) {
    slice.exemplars.add(sample_exemplar("GET /" + std::string(200, 'x') + std::to_string(i), 200, 1000));
    metrics::Exemplar bad = sample_exemplar("GET /" + std::to_string(i) + "\x1b[31m", 500, 100'000);
    bad.answer = "HTTP/1.1 500 No\n\n" + std::string(2000, 'y');
    slice.exemplars.add(bad);
  }
  const std::string block = exemplars(report_of(slice), Paint());
  EXPECT_EQ(std::count(block.begin(), block.end(), '\n'), 7);
  std::istringstream lines(block);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_EQ(block.find('\x1b'), std::string::npos);
}

TEST(ResponseTimes, OfManyNamesShowTheBusiestAndCountTheRest) {
  metrics::Slice slice;
  for (int i = 0; i < 250; ++i) answer(slice, "GET /item/" + std::to_string(1000 + i), static_cast<std::uint64_t>(i + 1), 3600);
  const std::string block = response_times(report_of(slice), true);
  EXPECT_EQ(std::count(block.begin(), block.end(), '\n'), 24);  // title, header, "all", 20 names, the rest
  EXPECT_THAT(block, HasSubstr("  all                      31375  3.6ms  3.6ms  3.6ms  3.6ms  3.6ms  3.6ms\n"
                               "  other                    11275  3.6ms  3.6ms  3.6ms  3.6ms  3.6ms  3.6ms\n"
                               "  GET /item/1199             200  3.6ms  3.6ms  3.6ms  3.6ms      -  3.6ms\n"));
  EXPECT_TRUE(block.ends_with("\n  ... and 181 other names: --json FILE has them all\n")) << block;
}

TEST(ResponseTimes, OfFailedRequestsDoNotCount) {
  metrics::Slice slice;
  answer(slice, "GET /", 2, 3600);
  answer(slice, "GET /", 5, 900000, 500);
  answer(slice, "GET /bad", 5, 900000, 500);
  EXPECT_EQ(response_times(report_of(slice), true),
            "Response times (successful requests)\n"
            "                           count    p50    p90    p95    p99  p99.9    max\n"
            "  all                          2  3.6ms      -      -      -      -  3.6ms\n"
            "  GET /                        2  3.6ms      -      -      -      -  3.6ms\n");
}

TEST(ResponseTimes, ShortenAVeryLongName) {
  metrics::Slice slice;
  answer(slice, "GET /" + std::string(300, 'a') + "/last", 1, 3600);
  EXPECT_THAT(response_times(report_of(slice), true),
              HasSubstr("\n  GET /aaaaaaa...aaaaaa/last         1      -      -      -      -      -  3.6ms\n"));
}

TEST(Steps, HaveARowEach) {
  Report report = empty_report();
  report.plan.steps = {plan::Step{10, 20, std::nullopt}, plan::Step{20, 20, std::nullopt}, plan::Step{30, 20, std::nullopt}};
  report.plan.agents = 5;
  for (std::uint32_t step = 0; step < 2; ++step) {
    metrics::Slice slice;
    slice.step = step;
    answer(slice, "GET /", 200 * (step + 1), 3600);
    runs(slice, metrics::Outcome::success, 200);
    runs(slice, metrics::Outcome::error, step);
    runs(slice, metrics::Outcome::failure, 2 * step);
    report.totals.add(slice);
    report.totals.set_step_duration(step, std::chrono::duration<double>(0.5));
  }
  EXPECT_EQ(steps(report),
            "Steps\n"
            "  step  users duration     hits    RPS    p50    p95    p99 errors failures\n"
            "  1        50    0.50s      200    400  3.6ms  3.6ms  3.6ms      0        0\n"
            "  2       100    0.50s      400    800  3.6ms  3.6ms  3.6ms      1        2\n");
}

TEST(Steps, OfNoTimeAndNoHitsHaveDashes) {
  Report report = empty_report();
  metrics::Slice slice;
  slice.step = 1;
  runs(slice, metrics::Outcome::error, 1);
  report.totals.add(slice);
  EXPECT_THAT(steps(report), HasSubstr("\n  2         -        -        0      -      -      -      -      1        0\n"));
}

TEST(StatusCodes, GoOnInTheNextLine) {
  metrics::Slice slice;
  for (int status = 200; status < 212; ++status) answer(slice, "GET /", 100, 1000, status);
  EXPECT_EQ(status_codes(report_of(slice), Paint()),
            "Status codes:  200 100   201 100   202 100   203 100   204 100   205 100\n"
            "               206 100   207 100   208 100   209 100   210 100   211 100\n");
}

TEST(StatusCodes, WarnWhenBadOnesWentUnnoticed) {
  metrics::Slice slice;
  answer(slice, "GET /", 17, 1000, 503);
  EXPECT_EQ(status_codes(report_of(slice), Paint()), "Status codes:  503 17\n");
  slice.unread_statuses[503] = 17;
  EXPECT_EQ(status_codes(report_of(slice), Paint()),
            "Status codes:  503 17\n"
            "! 503 came 17 times, but the test does not check the status\n");
  answer(slice, "GET /", 1, 1000, 404);
  slice.unread_statuses[404] = 1;
  EXPECT_EQ(status_codes(report_of(slice), Paint()),
            "Status codes:  404 1   503 17\n"
            "! 404 came 1 time, 503 17 times, but the test does not check the status\n");
}

TEST(StatusCodes, OfAUrlSayHowTheyBecomeFailures) {
  metrics::Slice slice;
  answer(slice, "GET /", 17, 1000, 404);
  slice.unread_statuses[404] = 17;
  Report report = report_of(slice);
  report.plan.test = "http://localhost/";
  EXPECT_THAT(status_codes(report, Paint()), HasSubstr("! 404 came 17 times, which is no failure of a URL by itself."));
  EXPECT_THAT(status_codes(report, Paint()), HasSubstr("--threshold 'status_4xx<1%'\n"));
}

TEST(StatusCodes, SayHowManyAnswersAreKnownByTheirNumberAlone) {
  metrics::Slice slice;
  answer(slice, "GET /", 9, 1000);
  slice.requests[metrics::kTimesLost].answered = 5;
  EXPECT_EQ(status_codes(report_of(slice), Paint()),
            "Status codes:  200 9   unknown 5\n"
            "! 5 hits have no time and no status here: what had measured them ended before\n"
            "  it could tell (a crash, or a worker that was killed)\n");
}

TEST(Problems, PutALongMessageIntoThreeLinesAndItsPlaceBelow) {
  metrics::Slice slice;
  std::string message = "Expected equality of these values:\n  r.status_code()\n    Which is: 503\n  200\n";
  for (int i = 0; i < 30; ++i) message += "the server said more ";
  metrics::Problem problem = sample_problem(metrics::ProblemKind::failure, message, 7);
  problem.location = "example.cpp:14";
  problem.request = "GET /";
  slice.problems.add(problem);
  EXPECT_EQ(problems(report_of(slice), Paint()),
            "What went wrong (1 kind)\n"
            "       7x  failure  Expected equality of these values: r.status_code() Which is:\n"
            "                    503 200 the server said more the server said more the server\n"
            "                    said more the server said more the server said more the...\n"
            "                    GET /   example.cpp:14   at 12:15:16\n");
}

TEST(Problems, OfLongNamesStayWithin80Columns) {
  metrics::Slice slice;
  metrics::Problem problem = sample_problem(metrics::ProblemKind::failure, std::string(500, 'm'), 999999999999U);
  problem.location = "examples/" + std::string(100, 'p') + "/example.cpp:14";
  problem.request = "GET /" + std::string(100, 'r') + "/last";
  problem.last = sample_time(25);
  slice.problems.add(problem);
  std::istringstream lines(problems(report_of(slice), Paint()));
  std::string line;
  while (std::getline(lines, line)) EXPECT_LE(line.size(), 80U) << line;

  metrics::Slice fewer;
  problem.count = 1;
  fewer.problems.add(problem);
  EXPECT_TRUE(
      problems(report_of(fewer), Paint()).ends_with("                    GET /r.../last   examples/...e.cpp:14   12:15:16 to 12:15:31\n"))
      << problems(report_of(fewer), Paint());
}

TEST(Problems, AreTheWorstTenAndTheNumberOfTheRest) {
  metrics::Slice slice;
  for (int i = 0; i < 12; ++i) {
    slice.problems.add(sample_problem(metrics::ProblemKind::error, "kind " + std::to_string(i), static_cast<std::uint64_t>(i + 1)));
  }
  const std::string block = problems(report_of(slice), Paint());
  EXPECT_THAT(block, HasSubstr("What went wrong (12 kinds, worst first)\n      12x  error    kind 11\n"));
  EXPECT_TRUE(
      block.ends_with("       3x  error    kind 2\n                    at 12:15:16\n"
                      "  ... and 2 other kinds: --json FILE has them all\n"))
      << block;
}

TEST(Problems, WithoutAMessageAreStillTold) {
  metrics::Slice slice;
  slice.problems.add(sample_problem(metrics::ProblemKind::error, "", 1));
  EXPECT_THAT(problems(report_of(slice), Paint()), HasSubstr("       1x  error    (no message)\n"));
}

TEST(CustomMetrics, AreCountersChecksAndTrends) {
  metrics::Slice slice;
  slice.counters["logins"] = 1234;
  slice.counters["balance"] = -5;
  slice.checks["has a title"] = {399, 1};
  slice.trends["rows found"].record(2500, 3);
  slice.trends["rows found"].record(12000, 1);
  EXPECT_EQ(custom_metrics(report_of(slice), Paint()),
            "Custom metrics:\n"
            "  balance             -5\n"
            "  logins              1234\n"
            "  check: has a title  399 of 400 passed (99.7%)\n"
            "                           count   mean    p50    p95    max\n"
            "  rows found                   4  4.875    2.5      -     12\n");
}

TEST(CustomMetrics, AreNotMoreThanAReaderReads) {
  metrics::Slice slice;
  for (int i = 0; i < 25; ++i) slice.counters["counter " + std::to_string(100 + i)] = i;
  const std::string block = custom_metrics(report_of(slice), Paint());
  EXPECT_TRUE(block.ends_with("  counter 119  19\n  ... and 5 others: --json FILE has them all\n")) << block;
}

TEST(Trust, NamesEachTroubleOfTheGenerator) {
  Report report = empty_report();
  report.doubts = {{"loop-stalled", "the loop of thread 2 stood still for 1.3 s in test_spin"}, {"cpu", "this machine was busy"}};
  EXPECT_EQ(trust(report, Paint()),
            "Can these numbers be trusted? SUSPECT: they may be off\n"
            "  ! the loop of thread 2 stood still for 1.3 s in test_spin\n"
            "  ! this machine was busy\n");
}

TEST(LastLine, SaysWhyARunIsNotPassed) {
  EXPECT_EQ(last_line(guide_report(), Paint()), "");
  EXPECT_EQ(last_line(busy_report(), Paint()), "FAILED: 3 failures, 14 errors (exit code 1)\n");
  EXPECT_EQ(last_line(refused_report(), Paint()), "FAILED: 1 error, nothing was answered (exit code 1)\n");

  Report report = busy_report();
  report.fraction = 0.129;
  report.ending = Ending::terminated;
  report.exit_code = 143;
  EXPECT_EQ(last_line(report, Paint()), "STOPPED by SIGTERM after 12% of the plan (exit code 143)\n");
  report.ending = Ending::crashed;
  report.exit_code = 3;
  EXPECT_EQ(last_line(report, Paint()), "CRASHED after 12% of the plan (exit code 3)\n");
}

TEST(LastLine, SaysThatARunOnlySkipped) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::skipped, 3);
  Report report = report_of(slice);
  report.exit_code = verdict(report, {});
  EXPECT_THAT(last_line(report, Paint()), testing::EndsWith("every test run was skipped (exit code 1)\n"));
}

TEST(LastLine, SaysWhatADistributedRunLacks) {
  Report report = busy_report();
  report.ending = Ending::incomplete;
  report.exit_code = 5;
  report.missing = "agent host2/4711: lost after 03:12, what it did from then on is missing";
  EXPECT_EQ(last_line(report, Paint()),
            "INCOMPLETE: agent host2/4711: lost after 03:12, what it did from then on is\nmissing (exit code 5)\n");
  report.ending = Ending::crashed;
  report.exit_code = 3;
  report.fraction = 0.5;
  report.missing = "agent a/1: test X.y crashed";
  EXPECT_EQ(last_line(report, Paint()), "CRASHED after 50% of the plan: agent a/1: test X.y crashed (exit code 3)\n");
  report.ending = Ending::stopped;
  report.exit_code = 130;
  EXPECT_EQ(last_line(report, Paint()), "STOPPED from another console after 50% of the plan (exit code 130)\n");
}

TEST(LoadChangesBlock, HasALineForEachAndNotTooMany) {
  Report report = empty_report();
  EXPECT_EQ(load_changes(report), "");
  report.load_changes = {{plan::Seconds(12), 1.5}, {plan::Seconds(60), 0}, {plan::Seconds(3690), 1}};
  EXPECT_EQ(load_changes(report),
            "Load changed: 150% of the plan from 00:12 on\n"
            "              paused from 01:00 on\n"
            "              100% of the plan from 01:01:30 on\n");
  report.load_changes.resize(12);
  EXPECT_THAT(load_changes(report), testing::EndsWith("              and 2 times more\n"));
}

}  // namespace
}  // namespace loads::runner
