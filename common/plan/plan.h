#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loads::plan {

using Seconds = std::chrono::duration<double>;

inline constexpr std::uint32_t kMaxSteps = 4096;

// One step: `users` virtual users, each of them running the test `hits` times, or again and again for `duration`. Exactly one is set.
struct Step {
  std::uint32_t users = 1;
  std::optional<std::uint64_t> hits;
  std::optional<Seconds> duration;
};

// What is to be sent: the steps one after another. Pure values.
struct Plan {
  std::string test;  // "example.TestWebSite.test_es"
  std::vector<Step> steps;
  Seconds ramp_up{0};        // within each step the users start evenly over this time
  std::uint32_t agents = 1;  // each of them does the whole plan

  std::uint32_t max_users() const;                  // of one agent
  std::optional<std::uint64_t> total_runs() const;  // test runs of all agents; nothing when a step is bounded by time
  std::optional<Seconds> total_duration() const;    // of all steps; nothing when a step is bounded by hits
};

// The steps of -u, -c/--hits and -d: the product of users and hits (users outermost), or each number of users for the whole duration. With
// neither hits nor duration every user runs the test once. Throws std::invalid_argument when both are given, a number is 0, or there
// are more than kMaxSteps.
std::vector<Step> make_steps(const std::vector<std::uint32_t>& users, const std::vector<std::uint64_t>& hits,
                             std::optional<Seconds> duration);

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
