#include "runner/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "runner/report/text.h"
#include "unit/common/compare/runs.h"

namespace loads::runner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

StoredRun stored(const std::string& id, compare::Run run) {
  StoredRun one;
  one.place = id + ".json";
  one.id = id;
  one.description = "Plan: 50 users for 2m of shop.TestShop.test_it";
  one.plan = {{"test", "\"shop.TestShop.test_it\""}, {"steps", "[50]"}};
  one.validity = "valid";
  one.has_histograms = true;
  one.run = std::move(run);
  one.run.requests["GET /a/very/long/name/of/a/request/that/does/not/fit/into/a/line/of/a/terminal"] = one.run.all;
  return one;
}

Comparison slower_by(double percent, const std::vector<compare::Limit>& limits) {
  return make_comparison(stored("0000000a", compare::make_run({}, 1)),
                         stored("0000000b", compare::make_run({.middle = 50'000 * (1 + percent / 100)}, 2)), limits, 98);
}

void expect_to_fit(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), kLineWidth) << line;
}

TEST(Comparison, WorseThanAllowedIsExitCode99) {
  const Comparison comparison = slower_by(30, {compare::parse_limit("p95:10%"), compare::parse_limit("rps:5%")});
  EXPECT_EQ(comparison.limits(), 2U);
  EXPECT_EQ(comparison.exceeded(), 1U);
  EXPECT_EQ(comparison.exit_code(), 99);
  const std::string text = text_of(comparison, Paint());
  EXPECT_THAT(text, HasSubstr("\nWORSE: 1 of 2 limits exceeded (exit code 99)\n"));
  EXPECT_THAT(text, HasSubstr("\nLimits\n  FAIL  p95:10%           it is worse than that: "));
  EXPECT_THAT(text, HasSubstr("\n  ok    rps:5%"));
  expect_to_fit(text);
}

TEST(Comparison, LimitsAreNotJudgedByFiguresThatAreInvalid) {
  StoredRun a = stored("0000000a", compare::make_run({}, 1));
  StoredRun b = stored("0000000b", compare::make_run({.middle = 100'000}, 2));
  b.validity = "suspect";
  const std::vector<compare::Limit> limits{compare::parse_limit("p95:10%")};
  EXPECT_EQ(make_comparison(a, b, limits, 98).exit_code(), 99);
  b.validity = "invalid";
  const Comparison comparison = make_comparison(a, b, limits, 98);
  EXPECT_EQ(comparison.exit_code(), 98);
  EXPECT_THAT(text_of(comparison, Paint()), HasSubstr("\nINVALID: limits cannot be judged by the figures of B (exit code 98)\n"));
  EXPECT_EQ(make_comparison(a, b, limits, 0).exit_code(), 99) << "judged all the same";
  EXPECT_EQ(make_comparison(a, b, {}, 98).exit_code(), 0) << "nothing was to be judged";
  a.validity = "invalid";
  EXPECT_EQ(make_comparison(a, b, limits, 98).disbelieved(), "A and B");
}

TEST(Comparison, WithoutLimitsADifferenceIsNoFailure) {
  const Comparison comparison = slower_by(30, {});
  EXPECT_EQ(comparison.exit_code(), 0);
  EXPECT_THAT(text_of(comparison, Paint()), Not(HasSubstr("Limits")));
  EXPECT_EQ(comparison.figures[1].verdict, compare::Verdict::worse);
}

TEST(Comparison, WhatCannotBeJudgedIsNamed) {
  const compare::Run brief = compare::make_run({.seconds = 10}, 1);
  const Comparison comparison =
      make_comparison(stored("0000000a", brief), stored("0000000b", brief), {compare::parse_limit("p95:10%")}, 98);
  EXPECT_EQ(comparison.unjudged(), "p95 (too short)");
  EXPECT_EQ(comparison.exit_code(), 0);
  EXPECT_THAT(text_of(comparison, Paint()), HasSubstr("  ?     p95:10%           too short\n"));
}

TEST(Comparison, DifferentPlansAreToldByTheirParts) {
  StoredRun a = stored("0000000a", compare::make_run({}, 1));
  StoredRun b = stored("0000000b", compare::make_run({}, 2));
  b.plan[1].second = "[100]";
  b.description = "Plan: 100 users for 2m of shop.TestShop.test_it";
  const Comparison comparison = make_comparison(a, b, {}, 98);
  ASSERT_EQ(comparison.warnings.size(), 1U);
  EXPECT_THAT(comparison.warnings[0], HasSubstr("different plans: steps. A: Plan: 50 users"));
  expect_to_fit(text_of(comparison, Paint()));
}

TEST(Comparison, DoubtfulRunsAreWarnedOf) {
  StoredRun a = stored("0000000a", compare::make_run({}, 1));
  EXPECT_THAT(make_comparison(a, stored("0000000b", compare::make_run({}, 2)), {}, 98).warnings, IsEmpty());
  a.trouble = "incomplete";
  a.doubts = {"cpu", "stalls"};
  a.validity = "invalid";
  StoredRun b = a;
  b.has_histograms = false;
  const auto warnings = make_comparison(a, b, {}, 98).warnings;
  EXPECT_THAT(warnings, Contains(HasSubstr("A did not go through its plan: it is incomplete.")));
  EXPECT_THAT(warnings, Contains(HasSubstr("the figures of B are invalid: cpu, stalls.")));
  EXPECT_THAT(warnings, Contains("A and B are the same run."));
  EXPECT_THAT(warnings, Contains(HasSubstr("B has no histograms of its seconds")));
}

TEST(Comparison, JsonHasTheSame) {
  const Comparison comparison = slower_by(30, {compare::parse_limit("p95:10%")});
  const auto json = nlohmann::json::parse(json_of(comparison));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["a"]["run"], "0000000a");
  EXPECT_EQ(json["figures"][1]["metric"], "p95");
  EXPECT_EQ(json["figures"][1]["verdict"], "worse");
  EXPECT_EQ(json["figures"][1]["limit"], 10.0);
  EXPECT_EQ(json["figures"][1]["passed"], false);
  EXPECT_EQ(json["figures"][0]["passed"], nullptr);
  EXPECT_EQ(json["figures"][1]["low"], comparison.figures[1].interval->low);
  EXPECT_EQ(json["requests"].size(), 1U);
  EXPECT_EQ(json["exit_code"], 99);
}

TEST(Comparison, RunsWithoutAnythingArePrintedToo) {
  const Comparison comparison = make_comparison({}, {}, {}, 98);
  EXPECT_EQ(comparison.exit_code(), 0);
  const std::string text = text_of(comparison, Paint());
  EXPECT_THAT(text, HasSubstr("no data"));
  EXPECT_THAT(text, Not(HasSubstr(" nan")));
  expect_to_fit(text);
}

}  // namespace
}  // namespace loads::runner
