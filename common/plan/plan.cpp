#include "common/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace loads::plan {
namespace {

constexpr double kMostUsers = 10'000'000;

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

std::uint64_t add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
}

void refuse_endless(Seconds duration) {
  if (duration > kLongest) throw std::invalid_argument("a step takes longer than 30 years");
}

template <typename Number>
void refuse_zero(const std::vector<Number>& numbers, const char* noun) {
  if (std::find(numbers.begin(), numbers.end(), Number{0}) != numbers.end()) {
    throw std::invalid_argument(std::string("the number of ") + noun + " must be 1 or more");
  }
}

}  // namespace

std::uint32_t Plan::max_users() const {
  std::uint32_t most = 0;
  for (const Step& step : steps) most = std::max(most, users_of_agent(step));
  return most;
}

std::uint32_t Plan::users_of_agent(const Step& step) const {
  return step.rate ? std::max(1U, step.users / agents + (step.users % agents > 0 ? 1 : 0)) : step.users;
}

bool Plan::has_rate() const {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.rate.has_value(); });
}

Seconds Plan::measured(Seconds duration) const { return std::max(duration - warm_up, Seconds(0)); }

bool Plan::has_times() const {
  return spacing != Spacing::constant || pacing > Seconds(0) || think_most > Seconds(0) || warm_up > Seconds(0);
}

bool Plan::is_plain() const {
  return !has_times() && std::none_of(steps.begin(), steps.end(), [](const Step& step) { return step.rate || step.shape; });
}

std::optional<std::uint64_t> Plan::total_runs() const {
  std::uint64_t total = 0;
  for (const Step& step : steps) {
    if (!step.hits) return std::nullopt;
    total = add(total, multiply(step.users, *step.hits));
  }
  return multiply(total, agents);
}

std::optional<Seconds> Plan::total_duration() const {
  Seconds total{0};
  for (const Step& step : steps) {
    if (!step.duration) return std::nullopt;
    total += *step.duration;
  }
  return total;
}

std::vector<Step> make_steps(const std::vector<std::uint32_t>& users, const std::vector<std::uint64_t>& hits,
                             std::optional<Seconds> duration) {
  refuse_zero(users, "users");
  refuse_zero(hits, "hits");
  if (duration && !hits.empty()) throw std::invalid_argument("hits and duration exclude each other");
  if (duration && !(*duration > Seconds(0))) throw std::invalid_argument("the duration must be more than 0s");
  if (duration) refuse_endless(*duration);
  const std::vector<std::uint32_t> each_users = users.empty() ? std::vector<std::uint32_t>{1} : users;
  const std::vector<std::uint64_t> each_hits = hits.empty() ? std::vector<std::uint64_t>{1} : hits;
  if (multiply(each_users.size(), duration ? 1 : each_hits.size()) > kMaxSteps) {
    throw std::invalid_argument("more than " + std::to_string(kMaxSteps) + " steps");
  }

  std::vector<Step> steps;
  for (const std::uint32_t step_users : each_users) {
    if (duration) {
      steps.push_back({step_users, std::nullopt, duration});
      continue;
    }
    for (const std::uint64_t step_hits : each_hits) steps.push_back({step_users, step_hits, std::nullopt});
  }
  return steps;
}

std::vector<Step> make_rate_steps(const std::vector<double>& rates, Seconds duration, Seconds ramp_up, std::uint32_t most_users) {
  if (ramp_up > duration) throw std::invalid_argument("the ramp-up takes longer than the step");
  std::vector<Step> steps;
  for (const double rate : rates) {
    const double at_start = ramp_up > Seconds(0) ? 0 : rate;
    steps.push_back(make_rate_step(Profile({{Seconds(0), at_start}, {ramp_up, rate}, {duration, rate}}), most_users));
  }
  return steps;
}

Step make_shaped_step(Profile users) {
  if (users.highest() > kMostUsers) throw std::invalid_argument("more than 10000000 users");
  if (users.empty()) throw std::invalid_argument("the load is 0 all the time");
  const auto most = static_cast<std::uint32_t>(std::ceil(users.highest()));
  const Seconds duration = users.duration();
  refuse_endless(duration);
  return {most, std::nullopt, duration, std::move(users), std::nullopt};
}

Step make_rate_step(Profile rate, std::uint32_t most_users) {
  if (rate.highest() > kHighest) throw std::invalid_argument("more than a billion test runs in a second");
  if (rate.empty()) throw std::invalid_argument("the load is 0 all the time");
  if (most_users == 0) throw std::invalid_argument("the number of users must be 1 or more");
  const Seconds duration = rate.duration();
  refuse_endless(duration);
  return {most_users, std::nullopt, duration, std::nullopt, std::move(rate)};
}

Profile make_profile(const std::vector<Stage>& stages) {
  if (stages.size() >= kMostPoints) throw std::invalid_argument("more than " + std::to_string(kMostPoints - 1) + " stages");
  std::vector<Profile::Point> points{{Seconds(0), 0}};
  for (const Stage& stage : stages) points.push_back({points.back().at + stage.time, stage.value});
  return Profile(std::move(points));
}

Seconds start_offset(std::uint32_t index, std::uint32_t users, Seconds ramp_up) {
  return users == 0 ? Seconds(0) : ramp_up * (static_cast<double>(index) / static_cast<double>(users));
}

Position position(const Plan& plan, Seconds elapsed) {
  Position at{0, std::max(elapsed, Seconds(0))};
  for (const Step& step : plan.steps) {
    if (!step.duration || at.in_step < *step.duration) return at;
    at.in_step -= *step.duration;
    ++at.step;
  }
  return at;
}

double fraction(const Plan& plan, std::uint32_t step, Seconds in_step, std::uint64_t finished_runs) {
  if (const auto total = plan.total_runs()) {
    return std::min(1.0, static_cast<double>(finished_runs) * plan.agents / static_cast<double>(*total));
  }
  const auto steps = static_cast<std::uint32_t>(plan.steps.size());
  const auto& duration = plan.steps[std::min(step, steps - 1)].duration;
  const double part = step < steps && duration ? std::clamp(in_step / *duration, 0.0, 1.0) : 0.0;
  return std::min(1.0, (step + part) / steps);
}

Deal deal(std::uint32_t users, std::uint32_t threads, std::uint32_t thread) {
  if (thread >= threads) return {users, 0};
  const std::uint32_t each = users / threads;
  const std::uint32_t left = users % threads;  // one more for each of the first threads
  return {thread * each + std::min(thread, left), each + (thread < left ? 1 : 0)};
}

}  // namespace loads::plan
