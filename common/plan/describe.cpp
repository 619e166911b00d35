// The plan in words.

#include <algorithm>
#include <cstdio>

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

// "500/s", "0.5/s"
std::string in_words(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 1e6 ? "%.6g/s" : "%.0f/s", rate);
  return text;
}

std::string in_words(const Step& step) {
  if (step.rate) return "up to " + in_words(step.rate->highest()) + " for " + in_words(step.rate->duration());
  if (step.shape) return "up to " + counted(step.users, "user") + " for " + in_words(step.shape->duration());
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

// It may rise to it in the beginning.
bool keeps_its_rate(const Profile& rate) {
  const auto& points = rate.points();
  return points.size() <= 3 && points.back().value == rate.highest() && points[points.size() - 2].value == rate.highest();
}

// "100/s", "(100/s, 200/s)": the rate that each keeps in its last part, and they all as long; empty where that is not so.
std::string describe_rates(const std::vector<Step>& steps) {
  std::string text;
  for (const Step& step : steps) {
    if (!step.rate || step.duration != steps.front().duration || !keeps_its_rate(*step.rate)) return "";
    text += (text.empty() ? "" : ", ") + in_words(step.rate->highest());
  }
  const std::string duration = " for " + in_words(*steps.front().duration);
  return steps.size() == 1 ? text + duration : "(" + text + ")" + duration + " each";
}

std::string describe(const std::vector<Step>& steps) {
  if (const std::string rates = describe_rates(steps); !rates.empty()) return rates;
  const auto has_profile = [](const Step& step) { return step.rate || step.shape; };
  if (std::any_of(steps.begin(), steps.end(), has_profile)) return steps.size() == 1 ? in_words(steps.front()) : describe_apart(steps);
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
  if (plan.agents != 1 && !plan.has_rate()) text += counted(plan.agents, "agent") + " x ";
  text += describe(plan.steps);
  if (plan.agents != 1 && plan.has_rate()) text += " by " + counted(plan.agents, "agent");
  if (const auto runs = plan.total_runs()) text += " = " + counted(*runs, "hit");
  return text + " of " + plan.test;
}

}  // namespace loads::plan
