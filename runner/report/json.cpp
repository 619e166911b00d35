#include "runner/report/json.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "common/wall_time.h"
#include "runner/report/json_exemplars.h"
#include "runner/report/json_figures.h"

namespace loads::runner {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json seconds_or_null(const std::optional<plan::Seconds>& time) { return time ? Json(time->count()) : Json(nullptr); }

Json load_changes(const std::vector<plan::Steering::Change>& changes) {
  Json json = Json::array();
  for (const plan::Steering::Change& change : changes) json.push_back({{"at", change.at.count()}, {"factor", change.factor}});
  return json;
}

Json run(const Report& report) {
  static constexpr std::array<const char*, 7> kEndings = {"completed", "interrupted", "terminated", "crashed",
                                                          "stopped",   "incomplete",  "aborted"};
  return {{"id", report.run_id},
          {"loads_version", report.version},
          {"started", format_iso_utc(report.started)},
          {"duration", report.duration.count()},
          {"ending", kEndings.at(static_cast<std::size_t>(report.ending))},
          {"abort_reason", json::text_or_null(report.abort.reason)},
          {"load_changes", load_changes(report.load_changes)},
          {"fraction", report.fraction}};
}

Json points(const std::optional<plan::Profile>& profile) {
  if (!profile) return nullptr;
  Json json = Json::array();
  for (const plan::Profile::Point& point : profile->points()) json.push_back({point.at.count(), point.value});
  return json;
}

Json plan_of(const plan::Plan& plan) {
  Json steps = Json::array();
  for (const plan::Step& step : plan.steps) {
    steps.push_back({{"users", step.users},
                     {"hits", or_null(step.hits)},
                     {"duration", seconds_or_null(step.duration)},
                     {"users_over_time", points(step.shape)},
                     {"rate_over_time", points(step.rate)}});
  }
  return {{"test", plan.test},
          {"description", plan::describe(plan)},
          {"agents", plan.agents},
          {"ramp_up", plan.ramp_up.count()},
          {"arrivals", plan.spacing == plan::Spacing::poisson ? "poisson" : "constant"},
          {"pacing", plan.pacing.count()},
          {"think_time", {plan.think_least.count(), plan.think_most.count()}},
          {"warm_up", plan.warm_up.count()},
          {"total_runs", or_null(plan.total_runs())},
          {"total_duration", seconds_or_null(plan.total_duration())},
          {"steps", std::move(steps)}};
}

Json totals(const Report& report, const metrics::RequestStats& all) {
  return {{"hits", all.answered},
          {"no_answer", all.unanswered()},
          {"test_runs", json::test_runs(report.totals.all())},
          {"requests_per_second", json::rate(all.answered, report.plan.measured(report.duration))},
          {"average_request_time", json::mean(json::seconds(all.answered_time), all.timed())},
          {"connections", all.connections},
          {"bytes_sent", all.bytes_sent},
          {"bytes_received", all.bytes_received}};
}

// Of all agents.
Json users_of(const plan::Plan& plan, const plan::Step& step) { return step.rate ? step.users : std::uint64_t{step.users} * plan.agents; }

Json steps(const Report& report) {
  Json json = Json::array();
  const auto& steps = report.totals.steps();
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const metrics::RequestStats all = steps[i].slice.all_requests();
    const bool planned = i < report.plan.steps.size();
    json.push_back({{"step", i + 1},
                    {"users", planned ? users_of(report.plan, report.plan.steps[i]) : Json(nullptr)},
                    {"rate", planned && report.plan.steps[i].rate ? Json(report.plan.steps[i].rate->highest()) : Json(nullptr)},
                    {"duration", steps[i].duration.count()},
                    {"hits", all.answered},
                    {"no_answer", all.unanswered()},
                    {"requests_per_second", json::rate(all.answered, i == 0 ? steps[i].duration - report.plan.warm_up : steps[i].duration)},
                    {"test_runs", json::test_runs(steps[i].slice)},
                    {"response_time", json::distribution(all.response_times, json::kPerSecond)}});
  }
  return json;
}

Json thresholds(const Report& report) {
  Json json = Json::array();
  for (const thresholds::Result& result : report.thresholds) {
    json.push_back({{"expression", result.threshold.text},
                    {"passed", result.passed},
                    {"value", or_null(result.value)},
                    {"limit", result.threshold.limit},
                    {"unit", to_string(result.threshold.unit)},
                    {"reason", json::text_or_null(result.why)}});
  }
  return json;
}

// Doubts, and the statuses that no test looked at.
Json warnings(const Report& report) {
  Json json = Json::array();
  for (const Doubt& doubt : all_doubts(report))
    json.push_back({{"id", doubt.id}, {"message", doubt.message}, {"validity", to_string(doubt.validity)}});
  for (const auto& [status, count] : report.totals.all().unread_statuses) {
    const std::string times = std::to_string(count) + (count == 1 ? " time" : " times");
    json.push_back({{"id", "status-unchecked"},
                    {"message", std::to_string(status) + " came " + times + ", but the test does not check the status"},
                    {"validity", to_string(metrics::Validity::valid)}});
  }
  return json;
}

Json agents(const Report& report) {
  Json json = Json::array();
  for (const AgentPart& agent : report.agents) {
    json.push_back({{"name", agent.name},
                    {"end", json::text_or_null(agent.end)},
                    {"message", json::text_or_null(agent.message)},
                    {"in_flight", agent.in_flight}});
  }
  return json;
}

Json document(const Report& report) {
  const metrics::Slice& slice = report.totals.all();
  const metrics::RequestStats all = slice.all_requests();
  return {{"schema", kSummarySchema},
          {"run", run(report)},
          {"plan", plan_of(report.plan)},
          {"totals", totals(report, all)},
          {"response_time", json::distribution(all.response_times, json::kPerSecond)},
          {"service_time", json::distribution_or_null(all.service_times)},
          {"phases", json::phases(all)},
          {"requests", json::requests(slice)},
          {"status_codes", json::status_codes(all)},
          {"no_answer", json::no_answer(all)},
          {"errors", json::errors(slice.problems)},
          {"exemplars", json_of(slice.exemplars)},
          {"websockets", json::web_sockets(slice.sockets)},
          {"steps", steps(report)},
          {"per_second", json::history(report.history)},
          {"counters", json::counters(slice)},
          {"trends", json::trends(slice)},
          {"checks", json::checks(slice)},
          {"thresholds", thresholds(report)},
          {"warnings", warnings(report)},
          {"validity", to_string(validity_of(report))},
          {"verdict", to_string(result_of(report))},
          {"exit_code", report.exit_code}};
}

}  // namespace

std::string to_json(const Report& report) {
  Json json = document(report);
  if (!report.agents.empty()) json["agents"] = agents(report);
  if (!report.totals.all().arrivals.empty()) json["arrivals"] = json::arrivals(report.totals.all().arrivals);
  if (!report.totals.warm_up().empty()) json["warm_up"] = json::warm_up(report.totals.warm_up());
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace loads::runner
