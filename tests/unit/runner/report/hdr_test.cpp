#include <gmock/gmock.h>

#include <string>

#include "runner/report/hgrm.h"
#include "runner/report/hlog.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Hgrm, IsWhatHdrHistogramWrites) {
  metrics::Slice slice;
  answer(slice, "GET /", 3, 1000);
  answer(slice, "POST /", 1, 2000);
  Report report = empty_report();
  report.totals.add(slice);
  EXPECT_EQ(to_hgrm(report),
            "       Value     Percentile TotalCount 1/(1-Percentile)\n"
            "\n"
            "       1.000 0.000000000000          3           1.00\n"
            "       1.000 0.100000000000          3           1.11\n"
            "       1.000 0.200000000000          3           1.25\n"
            "       1.000 0.300000000000          3           1.43\n"
            "       1.000 0.400000000000          3           1.67\n"
            "       1.000 0.500000000000          3           2.00\n"
            "       1.000 0.550000000000          3           2.22\n"
            "       1.000 0.600000000000          3           2.50\n"
            "       1.000 0.650000000000          3           2.86\n"
            "       1.000 0.700000000000          3           3.33\n"
            "       1.000 0.750000000000          3           4.00\n"
            "       2.000 0.775000000000          4           4.44\n"
            "       2.000 1.000000000000          4\n"
            "#[Mean    =        1.250, StdDeviation   =        0.433]\n"
            "#[Max     =        2.000, Total count    =            4]\n"
            "#[Buckets =           27, SubBuckets     =         2048]\n"
            "#[Run     =     4f1c09ab, Validity       =        valid]\n");
}

TEST(Hgrm, OfNoAnswersHasNoRows) { EXPECT_THAT(to_hgrm(refused_report()), HasSubstr("1/(1-Percentile)\n\n#[Mean    =        0.000")); }

TEST(Hlog, HasAnIntervalForEachStepAndALineForEachName) {
  Report report = empty_report();
  report.plan.steps.resize(2);
  for (std::uint32_t step = 0; step < 2; ++step) {
    metrics::Slice slice;
    slice.step = step;
    answer(slice, "GET /", 3, 1000 * (step + 1));
    answer(slice, "GET /broken", 1, 1000, 500);
    report.totals.add(slice);
    report.totals.set_step_duration(step, std::chrono::seconds(10));
  }
  const std::string log = to_hlog(report);
  EXPECT_THAT(log, HasSubstr("#[Validity: valid]\n#[Histogram log format version 1.3]\n#[StartTime: 1795436106.375 (seconds since epoch), "
                             "2026-11-23T12:15:06.375365Z]\n"));
  EXPECT_THAT(log, HasSubstr("\n0.000,10.000,1.000,HISTFAAA"));
  EXPECT_THAT(log, HasSubstr("\nTag=GET%20/,0.000,10.000,1.000,HISTFAAA"));
  EXPECT_THAT(log, HasSubstr("\n10.000,10.000,2.000,HISTFAAA"));
  EXPECT_THAT(log, Not(HasSubstr("broken"))) << "no answer of it was successful";
}

TEST(Hlog, TheFirstIntervalBeginsAfterTheWarmUp) {
  Report report = guide_report();
  report.plan.warm_up = plan::Seconds(2);
  report.totals.set_step_duration(0, std::chrono::seconds(10));
  EXPECT_THAT(to_hlog(report), HasSubstr("\n2.000,8.000,10.000,HISTFAAA"));
}

TEST(Hlog, ATagHasNothingThatEndsIt) {
  EXPECT_EQ(hlog_tag("GET /a,b%\n\"x\""), "GET%20/a%2Cb%25%0A%22x%22");
  EXPECT_EQ(hlog_tag("\xc3\xa9"), "%C3%A9");
  EXPECT_EQ(hlog_tag(""), "%00");
}

}  // namespace
}  // namespace loads::runner
