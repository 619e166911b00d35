// The plan in words.

#include <algorithm>

#include "common/duration.h"
#include "common/plan/plan.h"

namespace loads::plan {
namespace {

std::string counted(std::uint64_t count, const std::string& noun) { return std::to_string(count) + " " + noun + (count == 1 ? "" : "s"); }

// "10 users", "(10, 20, 30 users)"
std::string listed(const std::vector<std::uint64_t>& counts, const std::string& noun) {
  if (counts.size() == 1) return counted(counts.front(), noun);
  std::string text = "(";
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) text += std::to_string(counts[i]) + ", ";
  return text + counted(counts.back(), noun) + ")";
}

std::string in_words(Seconds duration) {
  constexpr Seconds kLongest{9e9};  // about the range of nanoseconds
  return format_duration(std::chrono::duration_cast<std::chrono::nanoseconds>(duration < kLongest ? duration : kLongest));
}

std::string in_words(const Step& step) {
  const std::string users = counted(step.users, "user");
  return step.hits ? users + " x " + counted(*step.hits, "hit") : users + " for " + in_words(step.duration.value_or(Seconds(0)));
}

// How many different loads each number of users meets, when the steps are a product of users and loads as make_steps() makes it: 1 when all
// steps have the same hits or duration, the number of steps when the users are the same throughout; 0 when they are no product.
std::size_t loads_per_users(const std::vector<Step>& steps) {
  for (std::size_t width = 1; width <= steps.size(); ++width) {
    if (steps.size() % width != 0) continue;
    bool product = true;
    for (std::size_t i = 0; product && i < steps.size(); ++i) {
      const Step& load = steps[i % width];
      product = steps[i].users == steps[i - i % width].users && steps[i].hits == load.hits && steps[i].duration == load.duration;
    }
    if (product) return width;
  }
  return 0;
}

std::string describe_apart(const std::vector<Step>& steps) {
  std::string text = "(";
  for (const Step& step : steps) text += (text.size() == 1 ? "" : ", ") + in_words(step);
  return text + ")";
}

std::string describe(const std::vector<Step>& steps) {
  const std::size_t width = loads_per_users(steps);
  const bool by_hits = std::all_of(steps.begin(), steps.end(), [](const Step& step) { return step.hits.has_value(); });
  if (width == 0 || (width > 1 && !by_hits)) return describe_apart(steps);

  std::vector<std::uint64_t> users;
  for (std::size_t i = 0; i < steps.size(); i += width) users.push_back(steps[i].users);
  if (!by_hits) {
    return listed(users, "user") + " for " + in_words(steps.front().duration.value_or(Seconds(0))) + (steps.size() > 1 ? " each" : "");
  }
  std::vector<std::uint64_t> hits;
  for (std::size_t i = 0; i < width; ++i) hits.push_back(steps[i].hits.value_or(0));
  return listed(users, "user") + " x " + listed(hits, "hit");
}

}  // namespace

std::string describe(const Plan& plan) {
  std::string text = "Plan: ";
  if (plan.steps.empty()) return text + "nothing of " + plan.test;
  if (plan.agents != 1) text += counted(plan.agents, "agent") + " x ";
  text += describe(plan.steps);
  if (const auto runs = plan.total_runs()) text += " = " + counted(*runs, "hit");
  return text + " of " + plan.test;
}

}  // namespace loads::plan
