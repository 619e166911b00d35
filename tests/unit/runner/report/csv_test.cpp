#include "runner/report/csv.h"

#include <gmock/gmock.h>

#include <sstream>
#include <string>
#include <vector>

#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Csv, HasARowForAllAndForEachName) {
  EXPECT_THAT(
      lines_of(requests_csv(busy_report())),
      ElementsAre("name,hits,successful,no_answer,rps,mean,min,p50,p90,p95,p99,p99_9,max,connections,bytes_sent,bytes_received,validity",
                  "all,59998,59995,14,999.633,0.004681,0.0031,0.003101,0.006903,0.006903,0.024703,0.024703,0.0488,100,0,0,suspect",
                  "GET /,48006,48003,14,799.833,0.003759,0.0031,0.003101,0.006203,0.006203,0.012903,0.012903,0.0488,100,0,0,suspect",
                  "POST /search,11992,11992,0,199.8,0.008372,0.0069,0.006903,0.006903,0.0247,0.0247,0.0247,0.0247,0,0,0,suspect"));
}

TEST(Csv, WhatHasNoValueIsEmpty) {
  EXPECT_THAT(lines_of(requests_csv(refused_report())).at(2), "GET /,0,0,1,,,,,,,,,,0,0,0,valid");
  EXPECT_EQ(lines_of(seconds_csv(empty_report())).size(), 1U) << "a run of no time has no second";
}

TEST(Csv, QuotesWhatWouldEndAField) {
  metrics::Slice slice;
  answer(slice, "a \"name\", with\nmore", 1, 1000);
  answer(slice, "", 1, 1000);
  Report report = empty_report();
  report.totals.add(slice);
  const std::string csv = requests_csv(report);
  EXPECT_THAT(csv, testing::HasSubstr("\n\"a \"\"name\"\", with\nmore\",1,"));
  EXPECT_THAT(csv, testing::HasSubstr("\n\"\",1,"));
}

TEST(Csv, HasARowForEachInterval) {
  metrics::Slice slice;
  answer(slice, "GET /", 200, 1000);
  runs(slice, metrics::Outcome::failure, 2);
  Report report = empty_report();
  report.history.add(std::chrono::seconds(1), std::chrono::seconds(2), 5, {slice});
  EXPECT_THAT(lines_of(seconds_csv(report)),
              ElementsAre("time,duration,users,hits,no_answer,errors,failures,rps,p50,p90,p95,p99,p99_9,max,validity",
                          "0,1,0,0,0,0,0,0,,,,,,,valid", "1,1,5,200,0,0,2,200,0.001,0.001,0.001,0.001,,0.001,valid"));
}

TEST(Csv, TheLastIntervalEndsWithTheRun) {
  metrics::Slice slice;
  answer(slice, "GET /", 100, 1000);
  Report report = empty_report();
  report.duration = std::chrono::milliseconds(1500);
  report.history.add(std::chrono::seconds(1), std::chrono::milliseconds(1500), 5, {slice});
  EXPECT_THAT(lines_of(seconds_csv(report)).back(), testing::StartsWith("1,0.5,5,100,0,0,0,200,"));
}

}  // namespace
}  // namespace loads::runner
