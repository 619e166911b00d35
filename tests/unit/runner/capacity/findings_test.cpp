#include "runner/capacity/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/report/text.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;

LevelRun run_at(double rate, std::uint64_t microseconds, std::vector<Reason> reasons = {}) {
  LevelRun run;
  run.rate = rate;
  run.run_id = "4f1c0bad";
  run.reasons = std::move(reasons);
  run.runs = 1000;
  run.errors = run.reasons.empty() ? 0 : 10;
  run.runs_per_second = run.hits_per_second = std::min(rate, 100.0);
  run.p50 = run.p95 = run.p99 = microseconds;
  return run;
}

const Reason kSlow{"p99{GET /a/very/long/name/of/a/request/that/does/not/fit/into/a/column}<250ms", "p99 was 430ms"};

Findings found() {
  Findings findings;
  findings.plan = {.test = "http://localhost/", .conditions = {"p99<250ms", "errors<1%"}, .start = 10, .precision = 0.03};
  findings.runs = {run_at(80, 20'000), run_at(160, 430'000, {kSlow}), run_at(160, 430'000, {kSlow}), run_at(100, 430'000, {kSlow}),
                   run_at(100, 25'000)};
  findings.end = Search::End::found;
  findings.floor = 100;
  findings.ceiling = 160;
  return findings;
}

TEST(Findings, TheTableIsInTheOrderOfTheRates) {
  const std::string text = text_of(found(), Paint());
  EXPECT_THAT(text, HasSubstr("  80/s          80  20.0ms  20.0ms  20.0ms   0.0%  1/1                     held\n"));
  EXPECT_THAT(text, HasSubstr("  100/s        100  25.0ms  25.0ms  25.0ms   0.0%  1/2        held: the highest\n"));
  EXPECT_THAT(text, HasSubstr("  160/s        100   430ms   430ms   430ms   1.0%  0/2 FAILED p99{GET...}<250ms\n"));
  EXPECT_THAT(text, HasSubstr("\nIt holds 100/s (); at 160/s p99 was 430ms.\n"));
  EXPECT_LT(text.find("100/s  "), text.find("160/s  "));
}

TEST(Findings, TheTextFitsIntoATerminal) {
  Findings findings = found();
  findings.runs[0].validity = metrics::Validity::suspect;
  findings.runs[2].validity = metrics::Validity::suspect;
  findings.notes = {std::string(200, 'x') + " and more words"};
  findings.exit_code = 99;
  std::istringstream lines(text_of(findings, Paint()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), kLineWidth) << line;
}

TEST(Findings, AnInvalidRunHasNotHeld) {
  Findings findings = found();
  findings.runs = {run_at(80, 20'000), run_at(160, 20'000), run_at(160, 20'000)};
  findings.runs[1].validity = findings.runs[2].validity = metrics::Validity::invalid;
  findings.end = Search::End::generator;
  findings.floor = 80;
  findings.exit_code = 98;
  const std::string text = text_of(findings, Paint());
  EXPECT_THAT(text, HasSubstr("0/2           INVALID\n"));
  EXPECT_THAT(text, HasSubstr("gave out at 160/s; use more agents (--agents)"));
  EXPECT_THAT(text, HasSubstr("(exit code 98)\n"));
}

TEST(Findings, ARunIsALineAndItsDoubtsAreNamed) {
  LevelRun run = run_at(160, 430'000, {kSlow});
  EXPECT_EQ(progress_line(run), "160/s FAILED: p99 was 430ms");
  run.validity = metrics::Validity::suspect;
  run.doubts = {{"cpu", "It was busy.", metrics::Validity::suspect},
                {"late-loop", "It was late.", metrics::Validity::suspect},
                {"cpu", "The other thread was busy.", metrics::Validity::suspect}};
  EXPECT_EQ(progress_line(run), "160/s FAILED: p99 was 430ms (SUSPECT: cpu, late-loop)");
}

TEST(Findings, JsonHasTheSearchAndEachRun) {
  const auto json = nlohmann::json::parse(json_of(found()));
  EXPECT_EQ(json["found"], 100);
  EXPECT_EQ(json["bracket"]["failed"], 160);
  EXPECT_EQ(json["levels"].size(), 3U);
  EXPECT_EQ(json["levels"][1]["held"], 1);
  EXPECT_EQ(json["levels"][1]["tried"], 2);
  EXPECT_EQ(json["levels"][1]["shown"]["held"], true);
  EXPECT_EQ(json["runs"].size(), 5U);
  EXPECT_EQ(json["runs"][1]["reasons"][0], "p99 was 430ms");
  EXPECT_DOUBLE_EQ(json["runs"][1]["response_time"]["p99"], 0.43);
}

TEST(Findings, WhatWasNotFoundIsNull) {
  Findings findings = found();
  findings.end = Search::End::none;
  findings.ending = Ending::interrupted;
  const auto json = nlohmann::json::parse(json_of(findings));
  EXPECT_TRUE(json["found"].is_null());
  EXPECT_EQ(json["end"], "stopped");
  EXPECT_EQ(json["bracket"]["held"], 100);
}

TEST(Findings, WithoutARunThereIsNoTable) {
  Findings findings;
  findings.ending = Ending::interrupted;
  findings.exit_code = 130;
  EXPECT_EQ(text_of(findings, Paint()), "STOPPED by Ctrl-C. It is not known to hold any rate. (exit code 130)\n");
}

}  // namespace
}  // namespace loads::runner
