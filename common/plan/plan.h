#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/plan/arrivals.h"
#include "common/plan/profile.h"

namespace loads::plan {

inline constexpr std::uint32_t kMaxSteps = 4096;
inline constexpr std::size_t kMostPoints = 10'000;  // of a profile
inline constexpr double kHighest = 1e9;             // of users or test runs a second, in a profile
inline constexpr std::chrono::hours kLongest{30 * 365 * 24};  // of a step; clocks end after ten times that

// One step: `users` virtual users, each of them running the test `hits` times, or again and again for `duration`. Exactly one is set.
// With a shape, which lasts as long as the step, there are as many users at a time as it says, `users` at the most. With a rate test runs
// begin by themselves, as many in a second as it says; `users` is how many may be under way at once. The rate and its users are those of
// all agents together, all else is of each agent.
struct Step {
  std::uint32_t users = 1;
  std::optional<std::uint64_t> hits;
  std::optional<Seconds> duration;
  std::optional<Profile> shape{};
  std::optional<Profile> rate{};
};

// What is to be sent: the steps one after another. Pure values.
struct Plan {
  std::string test;  // "example.TestWebSite.test_es"
  std::vector<Step> steps;
  Seconds ramp_up{0};                   // within each step the users start evenly over this time
  std::uint32_t agents = 1;             // each of them does the whole plan, or its part of a rate
  Spacing spacing = Spacing::constant;  // of the runs of a rate
  Seconds pacing{0};                    // a user's runs begin at least so far from each other
  Seconds think_least{0};               // a user waits between two runs, at random between these two
  Seconds think_most{0};
  Seconds warm_up{0};  // what is measured from the start of the first step until then is no part of the figures

  std::uint32_t users_of_agent(const Step& step) const;
  std::uint32_t max_users() const;                  // of one agent
  bool has_rate() const;                            // test runs have their times, in one step at least
  bool has_times() const;                           // of single runs, or of the figures: the values from spacing on are not all defaults
  bool is_plain() const;                            // has none, and steps of fixed users alone: what the first version knew
  std::optional<std::uint64_t> total_runs() const;  // test runs of all agents; nothing when a step is bounded by time
  Seconds measured(Seconds duration) const;         // how much of a run's time its figures cover: all but the warm-up
  std::optional<Seconds> total_duration() const;    // of all steps; nothing when a step is bounded by hits
};

// The steps of -u, -c/--hits and -d: the product of users and hits (users outermost), or each number of users for the whole duration. With
// neither hits nor duration every user runs the test once. Throws std::invalid_argument when both are given, a number is 0, a step is
// longer than kLongest, or there are more than kMaxSteps.
std::vector<Step> make_steps(const std::vector<std::uint32_t>& users, const std::vector<std::uint64_t>& hits,
                             std::optional<Seconds> duration);

// A step for each rate, of test runs a second by all agents, for `duration` each; with `ramp_up` it rises to it evenly in that time. Throws
// std::invalid_argument.
std::vector<Step> make_rate_steps(const std::vector<double>& rates, Seconds duration, Seconds ramp_up, std::uint32_t most_users);

// One step that follows `profile`. Throws std::invalid_argument.
Step make_shaped_step(Profile users);
Step make_rate_step(Profile rate, std::uint32_t most_users);

// From stages: the line goes from one's value to that of the next in the time of the next; the first one's begins at 0. A stage of no time
// is a jump. Throws std::invalid_argument.
struct Stage {
  Seconds time{0};
  double value = 0;
};
Profile make_profile(const std::vector<Stage>& stages);

// When virtual user `index` of `users` starts, counted from the start of its step.
Seconds start_offset(std::uint32_t index, std::uint32_t users, Seconds ramp_up);

// Where a plan of times stands when so much of it is over, by the clock: what the tests of a step take beyond its end is not in it. At the
// end: the step behind the last. A step that is bounded by hits is not left.
struct Position {
  std::uint32_t step = 0;
  Seconds in_step{0};
};
Position position(const Plan& plan, Seconds elapsed);

// How much of it is done, 0 to 1: by the test runs that have ended on this agent, or, when its steps are bounded by times, by step and the
// time in it.
double fraction(const Plan& plan, std::uint32_t step, Seconds in_step, std::uint64_t finished_runs);

// How user `index` of `users` is dealt to one of `threads`: the index of the first user and the number of users of thread `thread`.
struct Deal {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};
Deal deal(std::uint32_t users, std::uint32_t threads, std::uint32_t thread);

// The plan in one line, as it is announced: "Plan: 100 users x 10 hits = 1000 hits of example.TestWebSite.test_es",
// "Plan: 5 agents x (10, 20, 30 users) x 20 hits = 6000 hits of ...", "Plan: 50 users for 10s of ...". One agent is not mentioned.
std::string describe(const Plan& plan);

}  // namespace loads::plan
