#include "common/plan/plan.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace loads::plan {
namespace {

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
  std::uint64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? std::numeric_limits<std::uint64_t>::max() : product;
}

std::uint64_t add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::uint64_t>::max() : sum;
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
  for (const Step& step : steps) most = std::max(most, step.users);
  return most;
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
