#include "runner/report/github.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GitHub, AFailedRunIsAnErrorWithItsProblemsAndDoubts) {
  EXPECT_EQ(github_annotations(busy_report()),
            "::error title=Load test%3A example.TestWebSite.test_es::FAILED: 3 failures, 14 errors (exit code 1)\n"
            "::error title=Load test%3A what went wrong::14x error: connect: connection refused 127.0.0.1:9200 (GET /)\n"
            "::error file=example.cpp,line=14,title=Load test%3A what went wrong::3x failure: expected status 200, got 503\n"
            "::warning title=Can these numbers be trusted? [cpu%2C suspect]::agent host2/4712 was above 90%25 CPU for 12s: its times are "
            "too high. Use "
            "more agents or fewer users.\n");
}

TEST(GitHub, APassedRunIsANotice) {
  EXPECT_EQ(github_annotations(guide_report()), "::notice title=Load test passed%3A example.TestWebSite.test_es::1 hit, 39.1/s, p95 -\n");
}

TEST(GitHub, WhatWentWrongInARunThatPassedIsAWarning) {
  Report report = busy_report();
  report.exit_code = 0;
  EXPECT_THAT(github_annotations(report), Not(HasSubstr("::error")));
  EXPECT_THAT(github_annotations(report), HasSubstr("::warning title=Load test%3A what went wrong::14x"));
}

Report report_saying(const std::string& message, std::size_t kinds = 1) {
  Report report = guide_report();
  metrics::Slice slice;
  for (std::size_t i = 0; i < kinds; ++i) {
    metrics::Problem problem = sample_problem(metrics::ProblemKind::failure, message, 1);
    problem.location = "a,b::c.cpp:" + std::to_string(i + 1);
    slice.problems.add(problem);
  }
  runs(slice, metrics::Outcome::failure, kinds);
  report.totals.add(slice);
  report.exit_code = 1;
  return report;
}

TEST(GitHub, NoTextOfAServerBeginsACommand) {
  const std::string text = github_annotations(report_saying("x\n::add-mask::y\r::error::50%, done"));
  EXPECT_THAT(
      text,
      HasSubstr("file=a%2Cb%3A%3Ac.cpp,line=1,title=Load test%3A what went wrong::1x failure: x ::add-mask::y ::error::50%25, done\n"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(GitHub, ShowsTenOfAKind) {
  const std::string text = github_annotations(report_saying("x", 30));
  EXPECT_EQ(std::ranges::count(text, '\n'), 10);
  EXPECT_THAT(github_summary(report_saying("x", 30)), HasSubstr("- ... and 20 other kinds\n"));
}

TEST(GitHub, TheSummaryHasVerdictTimesProblemsAndDoubts) {
  const std::string page = github_summary(busy_report());
  EXPECT_THAT(page, HasSubstr("## ❌ Load test example&#46;TestWebSite&#46;test&#95;es\n\n**FAILED&#58; 3 failures, 14 errors "));
  EXPECT_THAT(page, HasSubstr(", 60.02 seconds, figures suspect\n"));
  EXPECT_THAT(page, HasSubstr("| **all** | 59998 | 3.1ms |"));
  EXPECT_THAT(page, HasSubstr("| POST /search | 11992 | 6.9ms |"));
  EXPECT_THAT(page, HasSubstr("### What went wrong\n\n- 14x error&#58; connect"));
  EXPECT_THAT(page, HasSubstr("### Can these numbers be trusted? SUSPECT&#58; they may be off\n\n- agent host2/4712"));
}

TEST(GitHub, NoTextOfAServerIsMarkdown) {
  EXPECT_EQ(markdown_escaped("a|b <img src=x> `c` [d](e) *f* \\ &amp; @g #1"),
            "a&#124;b &#60;img src=x&#62; &#96;c&#96; &#91;d&#93;&#40;e&#41; &#42;f&#42; &#92; &#38;amp; &#64;g &#35;1");
  const std::string page = github_summary(report_saying("x\n# title\n| a |"));
  EXPECT_THAT(page, HasSubstr("- 1x failure&#58; x &#35; title &#124; a &#124;, "));
}

TEST(GitHub, CrossedThresholdsAreErrors) {
  const Report report = judged(guide_report(), {"max<1s", "max<1ms"});
  EXPECT_THAT(github_annotations(report), HasSubstr("FAILED: 1 of 2 thresholds crossed (exit code 99)\n"
                                                    "::error title=Load test%3A threshold crossed::max<1ms: 10.0ms\n"));
  EXPECT_THAT(github_summary(report), HasSubstr("### Thresholds\n\n- ✅ max&#60;1s&#58; 10&#46;0ms\n- ❌ max&#60;1ms&#58; 10&#46;0ms\n"));
}

TEST(GitHub, ThresholdsThatCannotBeJudgedAreNotCrossed) {
  Report report = judged(guide_report(), {"max<1ms"});
  report.doubts.push_back({"steal", "the host ran others", metrics::Validity::invalid});
  settle(report, {});
  const std::string text = github_annotations(report);
  EXPECT_THAT(text, HasSubstr("::INVALID: thresholds cannot be judged by these numbers, see above (exit code 98)\n"));
  EXPECT_THAT(text, HasSubstr("::warning title=Can these numbers be trusted? [steal%2C invalid]::the host ran others\n"));
  EXPECT_THAT(text, Not(HasSubstr("threshold crossed")));
  EXPECT_THAT(github_summary(report), HasSubstr("- ❓ max&#60;1ms&#58;"));
}

TEST(GitHub, ASummaryHasNoCommands) {
  EXPECT_EQ(without_commands("::add-mask::y\n  ::error::x\na ::warning::b\nc ##[error]d ##["),
            ": :add-mask::y\n  : :error::x\na ::warning::b\nc # #[error]d # #[");
}

}  // namespace
}  // namespace loads::runner
