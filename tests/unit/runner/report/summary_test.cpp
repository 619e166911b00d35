#include "runner/report/summary.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>

#include "runner/report/text.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string summary(const Report& report, SummaryStyle style = SummaryStyle::full, const Paint& paint = Paint()) {
  std::ostringstream out;
  write_summary(out, report, style, paint);
  return out.str();
}

void expect_no_line_over_80_columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
}

std::string without_colours(std::string text) {
  for (std::size_t begin = text.find("\x1b["); begin != std::string::npos; begin = text.find("\x1b[", begin)) {
    text.erase(begin, text.find('m', begin) + 1 - begin);
  }
  return text;
}

// Names and messages that a hostile server or test may choose.
Report hostile_report() {
  const std::string evil = "\x1b[2J\x1b]0;owned\x07 caf\xe9\n" + std::string(300, 'x') + "\xe4\xb8\xad\xe6\x96\x87";
  metrics::Slice slice;
  answer(slice, "GET /" + evil, 5, 1000);
  slice.counters[evil] = 3;
  slice.trends[evil].record(2500, 4);
  slice.checks[evil].passed = 1;
  metrics::Problem problem = sample_problem(metrics::ProblemKind::failure, evil, 18446744073709551615U);
  problem.location = evil;
  problem.request = evil;
  slice.problems.add(problem);
  runs(slice, metrics::Outcome::failure, 5);
  Report report = empty_report();
  report.totals.add(slice);
  report.doubts = {{"stall", evil}};
  return report;
}

TEST(Summary, OfABusyRunSaysEverything) {
  EXPECT_EQ(summary(busy_report()), R"([======================================================================]  100%

Hits: 59998
Started: 2026-11-23 12:15:06.375365
Duration: 60.02 seconds
Approximate Average RPS: 1000
Average request time: 0.0047s
Opened web sockets: 0
Bytes received via web sockets : 0

Success: 59995
Errors: 14
Failures: 3

Response times (successful requests)
                           count    p50    p90    p95    p99  p99.9    max
  all                      59995  3.1ms  6.9ms  6.9ms 24.7ms 24.7ms 48.8ms
  GET  /                   48003  3.1ms  6.2ms  6.2ms 12.9ms 12.9ms 48.8ms
  POST /search             11992  6.9ms  6.9ms 24.7ms 24.7ms 24.7ms 24.7ms

Where the time goes (mean): dns 0us  connect 400us  tls -  send 20us
                            wait 3.1ms  receive 100us  (100 connections)
Status codes:  200 59995   503 3   no answer 14

What went wrong (2 kinds, worst first)
      14x  error    connect: connection refused 127.0.0.1:9200
                    GET /   12:15:31 to 12:15:33
       3x  failure  expected status 200, got 503   example.cpp:14
                    at 12:15:16

Can these numbers be trusted? SUSPECT: they may be off
  ! agent host2/4712 was above 90% CPU for 12s: its times are too high. Use more
    agents or fewer users.

FAILED: 3 failures, 14 errors (exit code 1)
)");
}

TEST(Summary, OfTheGuidesFirstRunSaysNoMoreThanIsKnown) {
  EXPECT_EQ(summary(guide_report()), R"([======================================================================]  100%

Hits: 1
Started: 2026-11-23 12:15:06.375365
Duration: 0.03 seconds
Approximate Average RPS: 39.1
Average request time: 0.0100s
Opened web sockets: 0
Bytes received via web sockets : 0

Success: 1
Errors: 0
Failures: 0

Response times (successful requests)
                           count    p50    p90    p95    p99  p99.9    max
  all                          1      -      -      -      -      - 10.0ms
  GET /                        1      -      -      -      -      - 10.0ms

Status codes:  200 1
)");
}

TEST(Summary, OfARefusedPortHasNoNan) {
  const std::string text = summary(refused_report());
  EXPECT_EQ(text, R"([======================================================================]  100%

Hits: 0
Started: 2026-11-23 12:15:06.375365
Duration: 0.00 seconds
Approximate Average RPS: 0
Average request time: 0.0000s
Opened web sockets: 0
Bytes received via web sockets : 0

Success: 0
Errors: 1
Failures: 0

Status codes:  no answer 1

What went wrong (1 kind)
       1x  error    nothing answers at 127.0.0.1:1: connection refused
                    GET /   at 12:15:16

FAILED: 1 error, nothing was answered (exit code 1)
)");
  for (const char* no_number : {"nan", "NaN", "inf"}) EXPECT_THAT(text, Not(HasSubstr(no_number)));
}

TEST(Summary, OfAStoppedRunHasABarThatIsNotFull) {
  Report report = guide_report();
  report.ending = Ending::interrupted;
  report.fraction = 0.125;
  report.exit_code = 130;
  const std::string text = summary(report);
  EXPECT_TRUE(text.starts_with("[========                                                              ]  12%\n\nHits: 1\n")) << text;
  EXPECT_TRUE(text.ends_with("\n\nSTOPPED by Ctrl-C after 12% of the plan (exit code 130)\n")) << text;
}

TEST(Summary, OfAnEmptyRunIsTheGuidesBlockAndTheReason) {
  Report report = empty_report();
  report.exit_code = 1;
  const std::string text = summary(report);
  EXPECT_THAT(text, HasSubstr("\nFailures: 0\n\nFAILED: nothing was answered (exit code 1)\n"));
  EXPECT_THAT(text, HasSubstr("\nAverage request time: 0.0000s\n"));
}

TEST(Summary, InTheSeedStyleIsTheGuidesBlockAlone) {
  const std::string text = summary(busy_report(), SummaryStyle::seed);
  EXPECT_TRUE(text.ends_with("\nSuccess: 59995\nErrors: 14\nFailures: 3\n")) << text;
  EXPECT_EQ(summary(busy_report()).substr(0, text.size()), text);
}

TEST(Summary, InTheCompactStyleLeavesOutTheDetailsButNoDoubt) {
  const std::string text = summary(busy_report(), SummaryStyle::compact);
  EXPECT_THAT(text, HasSubstr("\n  all                      59995  3.1ms"));
  EXPECT_THAT(text, HasSubstr("\nWhat went wrong (2 kinds, worst first)\n"));
  EXPECT_THAT(text, Not(HasSubstr("POST /search")));
  EXPECT_THAT(text, Not(HasSubstr("Where the time goes")));
  EXPECT_THAT(text, HasSubstr("\nStatus codes:  200 59995   503 3   no answer 14\n"));
  EXPECT_THAT(text, HasSubstr("\nCan these numbers be trusted? SUSPECT: they may be off\n"));
  EXPECT_TRUE(text.ends_with("\n\nFAILED: 3 failures, 14 errors (exit code 1)\n")) << text;
}

TEST(Summary, SaysSkippedAndCutOffWhenThereAreSome) {
  metrics::Slice slice;
  runs(slice, metrics::Outcome::success, 1);
  runs(slice, metrics::Outcome::skipped, 2);
  runs(slice, metrics::Outcome::cut, 3);
  slice.sockets.bytes_received = 5;
  slice.sockets.opened = 4;
  slice.sockets.closed = 3;
  slice.sockets.messages_sent = 1;
  slice.sockets.bytes_sent = 11;
  slice.sockets.messages_received = 2;
  slice.sockets.round_trips.record(1500);
  slice.sockets.errors[static_cast<std::size_t>(metrics::SocketError::no_pong)] = 6;
  Report report = empty_report();
  report.totals.add(slice);
  const std::string text = summary(report);
  EXPECT_THAT(text, HasSubstr("\nOpened web sockets: 4\nBytes received via web sockets : 5\n\n"));
  EXPECT_TRUE(
      text.ends_with("\nSuccess: 1\nErrors: 0\nFailures: 0\nSkipped: 2\nCut off: 3\n\n"
                     "Web sockets: 4 opened, 3 closed\n"
                     "  sent     1 message, 11 bytes\n"
                     "  received 2 messages, 5 bytes\n"
                     "  round trips: 1  p50 -  p95 -  p99 -  max 1.5ms\n"
                     "  ping unanswered: 6\n"))
      << text;
}

TEST(Summary, IsTheSameTextWithoutItsColours) {
  Report report = busy_report();
  report.totals.add([] {
    metrics::Slice more;
    runs(more, metrics::Outcome::cut, 3);
    more.checks["found"].failed = 1;
    return more;
  }());
  const std::string painted = summary(report, SummaryStyle::full, Paint(true));
  EXPECT_THAT(painted, HasSubstr("\nErrors: \x1b[31m14\x1b[0m\n"));
  EXPECT_EQ(without_colours(painted), summary(report));
}

TEST(Summary, NeverIsWiderThan80Columns) {
  expect_no_line_over_80_columns(summary(busy_report()));
  expect_no_line_over_80_columns(summary(hostile_report()));
}

TEST(Summary, LetsNoEscapeSequenceThrough) {
  const std::string text = summary(hostile_report());
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\x1b[2J"));
}

}  // namespace
}  // namespace loads::runner
