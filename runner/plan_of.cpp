#include "runner/plan_of.h"

#include <algorithm>
#include <stdexcept>

#include "common/duration.h"
#include "common/failure.h"
#include "runner/load_profile.h"

namespace loads::runner {
namespace {

[[noreturn]] void refuse(const std::string& why) { throw Failure(exit_code::usage, why, "options"); }

// One of the ways to say how much load there is when.
struct Way {
  const char* option;
  bool given;
};

// The option that says how much load there is when.
std::string option_of(const LoadOptions& load) {
  if (!load.rates.empty()) return "--rate";
  if (load.stages) return "--stages";
  return load.profile.empty() ? "--users, --hits and --duration" : "--profile";
}

void check_ways(const LoadOptions& load) {
  const Way ways[] = {{"--rate", !load.rates.empty()}, {"--stages", load.stages.has_value()}, {"--profile", !load.profile.empty()}};
  const Way* first = nullptr;
  for (const Way& way : ways) {
    if (!way.given) continue;
    if (first != nullptr) refuse(std::string(first->option) + " and " + way.option + " exclude each other.");
    first = &way;
  }
  if (first == nullptr) return;
  const std::string option = first->option;
  if (load.users != std::vector<std::uint32_t>{1})
    refuse(option + " and --users exclude each other. --max-users bounds the users of a rate.");
  if (!load.hits.empty()) refuse(option + " and --hits exclude each other: the time bounds the run.");
  if (option == "--rate") {
    if (!load.duration) refuse("--rate needs a --duration.");
    return;
  }
  if (load.duration) refuse(option + " and --duration exclude each other: the duration is that of the " + option.substr(2) + ".");
  if (load.ramp_up.count() > 0) refuse(option + " and --ramp-up exclude each other.");
}

void check_times(const LoadOptions& load) {
  if (load.duration && load.ramp_up >= *load.duration) {
    const bool of_rate = !load.rates.empty();
    refuse("--ramp-up takes " + format_duration(load.ramp_up) + " and --duration is " + format_duration(*load.duration) +
           (of_rate ? ": the rate" : ": some users") + " would never " + (of_rate ? "be reached" : "start") +
           ". Make the duration longer than the ramp-up.");
  }
}

void check_runs_of_rate(const LoadOptions& load, const plan::Plan& plan) {
  if (!plan.has_rate() && load.spacing != plan::Spacing::constant) refuse("--arrivals goes with a rate.");
  if (!plan.has_rate() && load.max_users != LoadOptions{}.max_users)
    refuse("--max-users bounds the users of a rate; without one --users says how many there are.");
  if (!plan.has_rate()) return;
  if (load.pacing.count() > 0 || load.think_most.count() > 0)
    refuse("a rate says when runs begin: --pacing and --think-time go with users.");
}

void check_warm_up(const LoadOptions& load, const plan::Plan& plan) {
  if (load.warm_up.count() == 0) return;
  const auto& duration = plan.steps.front().duration;
  if (!duration) refuse("--warm-up goes with --duration, --stages or --profile.");
  if (load.warm_up >= *duration)
    refuse("--warm-up takes " + format_duration(load.warm_up) + ": nothing of the first step would be measured.");
}

plan::Step step_of(plan::Profile profile, bool of_rate, const LoadOptions& load) {
  return of_rate ? plan::make_rate_step(std::move(profile), load.max_users) : plan::make_shaped_step(std::move(profile));
}

std::vector<plan::Step> steps_of(const LoadOptions& load, std::uint64_t runs) {
  if (load.stages) return {step_of(plan::make_profile(load.stages->stages), load.stages->of_rate, load)};
  if (!load.profile.empty()) {
    LoadProfile profile = read_load_profile(load.profile);
    return {step_of(std::move(profile.profile), profile.of_rate, load)};
  }
  if (!load.rates.empty()) return plan::make_rate_steps(load.rates, *load.duration, load.ramp_up, load.max_users);
  std::vector<std::uint64_t> hits = load.hits;
  if (hits.empty() && !load.duration) hits.push_back(runs);
  return plan::make_steps(load.users, hits, load.duration);
}

}  // namespace

plan::Plan plan_of(const LoadOptions& load, const std::string& test, std::uint64_t runs, std::uint32_t agents) {
  check_ways(load);
  check_times(load);
  try {
    plan::Plan plan{.test = test,
                    .steps = steps_of(load, runs),
                    .ramp_up = load.rates.empty() ? load.ramp_up : plan::Seconds(0),
                    .agents = agents,
                    .spacing = load.spacing,
                    .pacing = load.pacing,
                    .think_least = load.think_least,
                    .think_most = load.think_most,
                    .warm_up = load.warm_up};
    check_runs_of_rate(load, plan);
    check_warm_up(load, plan);
    return plan;
  } catch (const std::invalid_argument& reason) {
    refuse(option_of(load) + ": " + reason.what() + ".");
  }
}

}  // namespace loads::runner
