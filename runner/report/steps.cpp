#include <string>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/table.h"

namespace loads::runner {
namespace {

using Step = metrics::Totals::Step;
using RunOutcome = metrics::Outcome;

// Users, or the highest rate.
std::string load_of(const plan::Plan& plan, std::size_t step) {
  if (step >= plan.steps.size()) return kNoValue;
  if (plan.steps[step].rate) return three_digits(plan.steps[step].rate->highest()) + "/s";
  return std::to_string(std::uint64_t{plan.steps[step].users} * plan.agents);
}

std::vector<std::string> figures(const Step& step, std::string load, double seconds) {
  const metrics::Histogram times = step.slice.all_requests().response_times;
  const std::uint64_t hits = step.slice.hits();
  return {std::move(load),
          seconds > 0 ? decimal(seconds, 2) + "s" : kNoValue,
          std::to_string(hits),
          seconds > 0 ? per_second(static_cast<double>(hits) / seconds) : kNoValue,
          response_time(times.percentile(0.5)),
          response_time(times.percentile(0.95)),
          response_time(times.percentile(0.99)),
          std::to_string(step.slice.runs(RunOutcome::error)),
          std::to_string(step.slice.runs(RunOutcome::failure))};
}

}  // namespace

std::string steps(const Report& report) {
  const std::vector<Step>& steps = report.totals.steps();
  if (steps.size() < 2) return {};
  const bool of_rate = report.plan.has_rate();
  Table table({"step", 4},
              {{of_rate ? "rate" : "users"}, {"duration", 8}, {"hits", 8}, {"RPS"}, {"p50"}, {"p95"}, {"p99"}, {"errors"}, {"failures"}});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double warm_up = i == 0 ? report.plan.warm_up.count() : 0;
    table.add(std::to_string(i + 1), figures(steps[i], load_of(report.plan, i), steps[i].duration.count() - warm_up));
  }
  return "Steps\n" + table.text();
}

}  // namespace loads::runner
