#include "runner/capacity/capacity_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "common/failure.h"
#include "unit/runner/capacity/simulated_levels.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

Options searching(std::vector<std::string> conditions = {"p99<250ms"}) {
  Options options;
  options.quiet = true;
  options.find_max = {std::move(conditions), 0.03};
  options.load.users = {1};
  options.load.duration = 10s;
  options.load.warm_up = 2s;
  options.load.max_users = 1000;
  return options;
}

LoadedTest some_url() {
  LoadedTest loaded;
  loaded.name = "http://localhost/";
  return loaded;
}

Findings search(Levels& levels, const Options& options = searching()) {
  const LoadedTest loaded = some_url();
  return CapacitySearch(options, loaded).run(levels);
}

TEST(CapacitySearch, FindsWhatTheTargetBears) {
  SimulatedLevels levels(500);
  const Findings findings = search(levels);
  EXPECT_EQ(findings.end, Search::End::found);
  EXPECT_EQ(findings.exit_code, 0);
  EXPECT_THAT(findings.floor, Optional(DoubleNear(493, 7.5)));
  EXPECT_EQ(levels.rates.front(), 0) << "one user first, to know how it answers when it is calm";
  EXPECT_EQ(levels.rates[1], 20);
}

TEST(CapacitySearch, ItWaitsUntilTheTargetHasRecovered) {
  SimulatedLevels levels(30);
  levels.slow_probes_after_failure = 3;
  search(levels);
  const auto failed = std::find(levels.rates.begin(), levels.rates.end(), 40.0);
  ASSERT_GE(std::distance(failed, levels.rates.end()), 6);
  EXPECT_THAT(std::vector<double>(failed, failed + 6), ElementsAre(40, 0, 0, 0, 0, 40));
}

TEST(CapacitySearch, ItDoesNotWaitForATargetThatNeverAnswered) {
  SimulatedLevels levels(30);
  levels.is_silent = true;
  search(levels);
  EXPECT_THAT(levels.rates, ElementsAre(0, 20, 20));
}

TEST(CapacitySearch, ALevelIsARunWithItsWarmUpBefore) {
  const Options options = searching();
  const LoadedTest loaded = some_url();
  const plan::Plan plan = CapacitySearch(options, loaded).plan_at(320);
  EXPECT_EQ(plan.total_duration(), plan::Seconds(12));
  EXPECT_EQ(plan.warm_up, plan::Seconds(2));
  EXPECT_EQ(plan.steps.front().rate->highest(), 320);
  EXPECT_EQ(plan.steps.front().users, 1000U);
}

TEST(CapacitySearch, NothingHolds) {
  SimulatedLevels levels(5);
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 99);
  EXPECT_THAT(conclusion(findings), HasSubstr("It does not hold even 20/s: p99 was 1.00s."));
}

TEST(CapacitySearch, AGeneratorThatGivesOutIsExitCode98) {
  SimulatedLevels levels(1e9);
  levels.spoil = [](Report& report) {
    if (report.plan.steps.front().rate->highest() > 1000) report.doubts.push_back({"late-sends", "too late.", metrics::Validity::invalid});
  };
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 98);
  EXPECT_THAT(conclusion(findings), HasSubstr("The generator, not the target, gave out at 10"));
  EXPECT_THAT(conclusion(findings), HasSubstr("use more agents"));
  Options options = searching();
  options.exit_codes.on_invalid = 7;
  EXPECT_EQ(search(levels, options).exit_code, 7);
}

TEST(CapacitySearch, WhoWantsInvalidFiguresJudgedGetsThemAsSuspect) {
  SimulatedLevels levels(500);
  levels.spoil = [](Report& report) { report.doubts.push_back({"cpu-contention", "no processor.", metrics::Validity::invalid}); };
  Options options = searching();
  options.exit_codes.on_invalid = 0;
  const Findings findings = search(levels, options);
  EXPECT_EQ(findings.end, Search::End::found);
  EXPECT_TRUE(findings.floor_is_suspect);
}

TEST(CapacitySearch, SuspectFiguresAreSaidBesideTheResult) {
  SimulatedLevels levels(500);
  levels.spoil = [](Report& report) { report.doubts.push_back({"cpu", "above 90% CPU.", metrics::Validity::suspect}); };
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 0);
  EXPECT_TRUE(findings.floor_is_suspect);
  EXPECT_THAT(conclusion(findings), HasSubstr("It may hold more: that run was SUSPECT, so that the generator may have been slow"));
  EXPECT_THAT(conclusion(findings), HasSubstr("What holds is SUSPECT: above 90% CPU."));
}

TEST(CapacitySearch, CtrlCEndsItWithWhatIsKnown) {
  SimulatedLevels levels(500);
  levels.spoil = [](Report& report) {
    if (report.plan.steps.front().rate->highest() > 100) report.ending = Ending::interrupted;
  };
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 130);
  EXPECT_THAT(conclusion(findings), HasSubstr("STOPPED by Ctrl-C. It held 80/s (p99 20.0ms"));
}

TEST(CapacitySearch, ATestThatDoesNotGiveItsThreadBackEndsIt) {
  SimulatedLevels levels(500);
  levels.spoil = [&](Report& report) {
    levels.stuck = report.plan.steps.front().rate->highest() > 100;
    if (levels.stuck) report.ending = Ending::aborted;
  };
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 3);
  EXPECT_EQ(levels.rates.back(), 160) << "no other level is tried";
  EXPECT_THAT(conclusion(findings), HasSubstr("The test CRASHED: it does not give its thread back"));
}

TEST(CapacitySearch, ARunThatCannotBeMadeEndsItWithWhatIsKnown) {
  SimulatedLevels levels(500);
  levels.spoil = [](Report& report) {
    if (report.plan.steps.front().rate->highest() > 100) throw Failure(exit_code::no_broker, "the broker is gone.", "no-broker");
  };
  const Findings findings = search(levels);
  EXPECT_EQ(findings.exit_code, 4);
  EXPECT_THAT(conclusion(findings), HasSubstr("INCOMPLETE: the broker is gone. [no-broker] It held 80/s"));
}

TEST(CapacitySearch, WhatCannotBePlannedIsRefusedBeforeAnythingIsSent) {
  const LoadedTest loaded = some_url();
  Options options = searching();
  options.load.rates = {2e9};
  EXPECT_THROW(CapacitySearch(options, loaded), Failure);
}

}  // namespace
}  // namespace loads::runner
