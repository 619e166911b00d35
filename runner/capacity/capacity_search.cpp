#include "runner/capacity/capacity_search.h"

#include <algorithm>
#include <chrono>
#include <iostream>

#include "common/failure.h"
#include "runner/capacity/start_rate.h"
#include "runner/local_plan.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using metrics::Validity;

// What too high a level has left behind would fail the next one as well. So one user asks now and then until the target answers as before
// the search; a backlog of half a minute is more than a level leaves that the target ever comes back from.
constexpr auto kProbe = 1s;
constexpr auto kProbePacing = 100ms;
constexpr auto kPatience = 30s;
constexpr double kAsBefore = 2;         // times as long as before is still as before,
constexpr double kUnnoticeable = 0.01;  // and so are this many seconds more

constexpr const char* kStuck = "it does not give its thread back though it was cut off, which the next level would miss.";

LoadOptions probing() {
  LoadOptions probe;
  probe.users = {1};
  probe.duration = kProbe;
  probe.pacing = kProbePacing;
  return probe;
}

SearchPlan search_plan(const Options& options, const LoadedTest& loaded, const std::vector<std::string>& conditions) {
  return {.test = loaded.name,
          .conditions = conditions,
          .start = start_rate(conditions, options.load),
          .precision = options.find_max.precision,
          .duration = *options.load.duration,
          .warm_up = options.load.warm_up,
          .agents = options.cluster.agents,
          .max_users = options.load.max_users};
}

// A test that is stopped while it is loaded says so by a Failure.
Ending ending_of(const Failure& failure) {
  if (failure.code() == exit_code::interrupted) return Ending::interrupted;
  return failure.code() == exit_code::terminated ? Ending::terminated : Ending::incomplete;
}

int exit_code_of(Search::End end, const ExitCodes& codes) {
  switch (end) {
    case Search::End::found: return exit_code::passed;
    case Search::End::generator: return codes.on_invalid;
    case Search::End::nothing_holds:
    case Search::End::undecided:
    case Search::End::none: break;
  }
  return exit_code::thresholds_crossed;
}

}  // namespace

CapacitySearch::CapacitySearch(const Options& options, const LoadedTest& loaded)
    : options_(options), loaded_(loaded), conditions_(options.conditions), search_({}) {
  conditions_.thresholds = thresholds::united(options.find_max.conditions, implied_conditions(options.find_max.conditions));
  findings_.plan = search_plan(options, loaded, conditions_.thresholds);
  search_ = Search({.start = findings_.plan.start, .precision = findings_.plan.precision});
  static_cast<void>(plan_at(search_.next()));
}

plan::Plan CapacitySearch::plan_at(double rate) const {
  LoadOptions load = options_.load;
  load.rates = {rate};
  load.duration = *load.duration + load.warm_up;
  return plan_for(loaded_, load, options_.cluster.agents);
}

Findings CapacitySearch::run(Levels& levels) {
  try {
    search(levels);
    conclude();
  } catch (const Failure& failure) {
    // What is known by then is worth telling.
    if (findings_.runs.empty()) throw;
    findings_.ending = ending_of(failure);
    findings_.trouble = failure.what() + (failure.id().empty() ? std::string() : " [" + failure.id() + "]");
    findings_.exit_code = failure.code();
    conclude();
  }
  return std::move(findings_);
}

void CapacitySearch::search(Levels& levels) {
  if (!probe(levels)) return;
  calm_ = last_probe_;
  while (search_.end() == Search::End::none) {
    if (!try_level(levels)) return;
  }
}

// False: the search has ended with it.
bool CapacitySearch::try_level(Levels& levels) {
  const double rate = search_.next();
  const Report report = levels.run(plan_at(rate), conditions_);
  if (has_ended(levels, report)) return false;
  LevelRun run = level_run(report, rate);
  // Somebody wants to have what is INVALID judged all the same, which makes it no better than SUSPECT.
  if (options_.exit_codes.on_invalid == exit_code::passed && run.validity == Validity::invalid) run.validity = Validity::suspect;
  note(progress_line(run));
  search_.take(run.held(), run.validity);
  findings_.runs.push_back(run);
  if (run.held() && run.average_seconds > 0) calm_ = calm_ > 0 ? std::min(calm_, run.average_seconds) : run.average_seconds;
  return run.held() || search_.end() != Search::End::none || recover(levels, rate);
}

// One user for a moment. False: the search has ended with it.
bool CapacitySearch::probe(Levels& levels) {
  const Report report = levels.run(plan_for(loaded_, probing(), options_.cluster.agents), {});
  last_probe_ = average_request_seconds(report);
  return !has_ended(levels, report);
}

// Of a target that has answered nothing yet there is nothing to wait for.
bool CapacitySearch::recover(Levels& levels, double rate) {
  if (calm_ == 0) return true;
  const auto give_up = Clock::now() + kPatience;
  while (Clock::now() < give_up) {
    if (!probe(levels)) return false;
    if (last_probe_ > 0 && last_probe_ <= kAsBefore * calm_ + kUnnoticeable) return true;
  }
  findings_.notes.push_back("Half a minute after " + rate_text(rate) +
                            " the target still did not answer as before: what came then may be too low.");
  note(findings_.notes.back());
  return true;
}

bool CapacitySearch::has_ended(const Levels& levels, const Report& report) {
  const bool is_stuck = levels.is_stuck() && report.ending == Ending::aborted;
  if (!is_stuck && (report.ending == Ending::completed || report.ending == Ending::aborted)) return false;
  findings_.ending = is_stuck ? Ending::crashed : report.ending;
  findings_.trouble = is_stuck ? kStuck : report.missing;
  findings_.exit_code = is_stuck ? exit_code::cannot_load : verdict(report, options_.exit_codes);
  return true;
}

void CapacitySearch::conclude() {
  findings_.end = search_.end();
  findings_.floor = search_.floor();
  findings_.ceiling = search_.ceiling();
  findings_.floor_is_suspect = findings_.floor && search_.is_suspect(*findings_.floor);
  findings_.ceiling_is_suspect = findings_.ceiling && search_.is_suspect(*findings_.ceiling);
  if (findings_.ending == Ending::completed) findings_.exit_code = exit_code_of(search_.end(), options_.exit_codes);
}

void CapacitySearch::note(const std::string& text) {
  if (!options_.quiet) std::cerr << text << std::endl;
}

}  // namespace loads::runner
