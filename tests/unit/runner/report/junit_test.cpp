#include "runner/report/junit.h"

#include <gmock/gmock.h>

#include <string>

#include "common/failure.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(JUnit, APassedRunIsAPassedCase) {
  const std::string xml = to_junit(guide_report());
  EXPECT_THAT(
      xml,
      HasSubstr(R"x(<testsuite name="example.TestWebSite.test_es" timestamp="2026-11-23T12:15:06" tests="1" failures="0" errors="0")x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<testcase classname="example.TestWebSite" name="test_es" time="0.026">)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<property name="run" value="4f1c09ab"/>)x"));
  EXPECT_THAT(xml, HasSubstr("\nHits: 1\n"));
  EXPECT_THAT(xml, Not(HasSubstr("<failure")));
}

TEST(JUnit, AFailedRunSaysWhatWentWrong) {
  const std::string xml = to_junit(busy_report());
  EXPECT_THAT(xml, HasSubstr(R"x(<failure message="FAILED: 3 failures, 14 errors (exit code 1)" type="failure">14x error: connect: )x"));
  EXPECT_THAT(xml, HasSubstr("[GET /]\n3x failure: expected status 200, got 503 (example.cpp:14)\n</failure>"));
  EXPECT_THAT(xml, HasSubstr(R"x(tests="1" failures="1" errors="0")x"));
}

TEST(JUnit, WhatDidNotComeToItsEndIsAnError) {
  Report report = busy_report();
  report.ending = Ending::terminated;
  report.exit_code = exit_code::terminated;
  EXPECT_THAT(to_junit(report), HasSubstr(R"x(<error message="STOPPED by SIGTERM after 100% of the plan (exit code 143)" type="error">)x"));
  EXPECT_THAT(to_junit(report), HasSubstr(R"x(failures="0" errors="1")x"));
}

TEST(JUnit, ARunThatEndsWithZeroHasPassed) {
  Report report = busy_report();
  report.exit_code = 0;
  EXPECT_THAT(to_junit(report), Not(HasSubstr("<failure")));
}

TEST(JUnit, AUrlIsANameOfItsOwn) {
  Report report = guide_report();
  report.plan.test = "http://localhost/a.b?c=1&d=\"2\"";
  EXPECT_THAT(to_junit(report), HasSubstr(R"x(<testcase classname="loads" name="http://localhost/a.b?c=1&amp;d=&quot;2&quot;")x"));
}

TEST(JUnit, NothingThatIsNoXmlComesThrough) {
  Report report = guide_report();
  metrics::Slice slice;
  slice.problems.add(sample_problem(metrics::ProblemKind::failure, "]]></failure>\x01\x1b[31m \xff \xef\xbf\xbe & <b>", 1));
  runs(slice, metrics::Outcome::failure, 1);
  report.totals.add(slice);
  report.exit_code = 1;
  EXPECT_THAT(to_junit(report), HasSubstr("1x failure: ]]&gt;&lt;/failure&gt;\\x01\\x1b[31m \\xff \\ufffe &amp; &lt;b&gt;\n"));
}

TEST(JUnit, AThresholdIsACase) {
  const std::string xml = to_junit(judged(guide_report(), {"max<1s", "max<1ms", "p50{no such}<1s"}));
  EXPECT_THAT(xml, HasSubstr(R"x(<testcase classname="example.TestWebSite" name="threshold max&lt;1s" time="0.026">)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<failure message="max&lt;1ms: 10.0ms" type="failure">)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<failure message="p50{no such}&lt;1s: no data" type="failure">)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(tests="4" failures="2" errors="0")x")) << "the test itself has passed";
}

TEST(JUnit, ThresholdsThatCannotBeJudgedAreSkippedAndTheTestIsAnError) {
  Report report = judged(guide_report(), {"max<1s", "max<1ms"});
  report.doubts.push_back({"steal", "the host ran others", metrics::Validity::invalid});
  settle(report, {.on_invalid = 42});
  const std::string xml = to_junit(report);
  EXPECT_THAT(xml, HasSubstr(R"x(<error message="INVALID: thresholds cannot be judged by these numbers, see above (exit code 42)")x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<skipped message="not judged: the figures are invalid, max&lt;1ms: 10.0ms" type="skipped"></skipped>)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(tests="3" failures="0" errors="1" skipped="2")x"));
  EXPECT_THAT(xml, HasSubstr(R"x(<property name="validity" value="invalid"/>)x"));
}

TEST(JUnit, ATestWithProblemsFailsBesideItsThresholds) {
  const std::string xml = to_junit(judged(busy_report(), {"max<1ms"}));
  EXPECT_THAT(xml, HasSubstr(R"x(<failure message="FAILED: 3 failures, 14 errors" type="failure">14x)x"));
  EXPECT_THAT(xml, HasSubstr(R"x(tests="2" failures="2" errors="0")x"));
}

}  // namespace
}  // namespace loads::runner
