#include "runner/report/json.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "common/base64.h"
#include "common/wall_time.h"
#include "runner/report/json_exemplars.h"
#include "runner/report/percentiles.h"

namespace loads::runner {
namespace {

using Json = nlohmann::ordered_json;
using RunOutcome = metrics::Outcome;

constexpr double kPerSecond = 1e6;  // response times are kept in microseconds
constexpr double kPerOne = 1e3;     // trends are kept in thousandths

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json seconds_or_null(const std::optional<plan::Seconds>& time) { return time ? Json(time->count()) : Json(nullptr); }

// What a sum over `count` came to on average; null when there is none.
Json mean(double sum, std::uint64_t count) { return count == 0 ? Json(nullptr) : Json(sum / static_cast<double>(count)); }

double seconds(metrics::Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// `per_unit` values of the histogram make a second, or a one.
Json distribution(const metrics::Histogram& values, double per_unit) {
  const bool empty = values.count() == 0;
  const auto value = [&](double number) { return empty ? Json(nullptr) : Json(number / per_unit); };
  Json json{{"count", values.count()},
            {"mean", value(values.mean())},
            {"min", value(static_cast<double>(values.min()))},
            {"max", value(static_cast<double>(values.max()))}};
  for (const auto& [name, quantile] : kPercentiles) {
    const auto percentile = values.percentile(quantile);
    json[name] = percentile ? Json(static_cast<double>(*percentile) / per_unit) : Json(nullptr);
  }
  json["histogram"] = base64_encode(values.encode());
  return json;
}

// Of what is not measured in every run.
Json distribution_or_null(const metrics::Histogram& times) { return times.count() == 0 ? Json(nullptr) : distribution(times, kPerSecond); }

Json phases(const metrics::RequestStats& stats) {
  Json json = Json::object();
  for (std::size_t i = 0; i < metrics::kPhases; ++i) {
    json[std::string(to_string(static_cast<metrics::Phase>(i)))] = mean(seconds(stats.phase_time[i]), stats.answered);
  }
  return json;
}

Json status_codes(const metrics::RequestStats& stats) {
  Json json = Json::object();
  for (const auto& [status, count] : stats.statuses) json[std::to_string(status)] = count;
  return json;
}

Json no_answer(const metrics::RequestStats& stats) {
  Json json = Json::array();
  for (std::size_t i = 0; i < stats.errors.size(); ++i) {
    if (stats.errors[i] == 0) continue;
    const auto cause = static_cast<metrics::RequestError>(i);
    json.push_back({{"cause", to_string(cause)}, {"class", to_string(class_of(cause))}, {"count", stats.errors[i]}});
  }
  return json;
}

Json web_sockets(const metrics::SocketStats& stats) {
  Json errors = Json::array();
  for (std::size_t i = 0; i < metrics::kSocketErrors; ++i) {
    if (stats.errors[i] > 0) errors.push_back({{"cause", to_string(static_cast<metrics::SocketError>(i))}, {"count", stats.errors[i]}});
  }
  return {{"opened", stats.opened},
          {"closed", stats.closed},
          {"messages_sent", stats.messages_sent},
          {"messages_received", stats.messages_received},
          {"bytes_sent", stats.bytes_sent},
          {"bytes_received", stats.bytes_received},
          {"round_trips", distribution(stats.round_trips, kPerSecond)},
          {"errors", errors}};
}

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
          {"abort_reason", text_or_null(report.abort.reason)},
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

Json test_runs(const metrics::Slice& slice) {
  return {{"success", slice.runs(RunOutcome::success)},
          {"errors", slice.runs(RunOutcome::error)},
          {"failures", slice.runs(RunOutcome::failure)},
          {"skipped", slice.runs(RunOutcome::skipped)},
          {"cut_off", slice.runs(RunOutcome::cut)}};
}

Json rate(std::uint64_t hits, std::chrono::duration<double> time) {
  return time.count() > 0 ? Json(static_cast<double>(hits) / time.count()) : Json(nullptr);
}

Json totals(const Report& report, const metrics::RequestStats& all) {
  return {{"hits", all.answered},
          {"no_answer", all.unanswered()},
          {"test_runs", test_runs(report.totals.all())},
          {"requests_per_second", rate(all.answered, report.plan.measured(report.duration))},
          {"average_request_time", mean(seconds(all.answered_time), all.answered)},
          {"connections", all.connections},
          {"bytes_sent", all.bytes_sent},
          {"bytes_received", all.bytes_received}};
}

Json arrivals(const metrics::ArrivalStats& stats) {
  return {{"late", distribution(stats.late, kPerSecond)}, {"waited", distribution(stats.waited, kPerSecond)}, {"missed", stats.missed}};
}

// What was measured before the figures begin.
Json warm_up(const metrics::Slice& slice) {
  const metrics::RequestStats all = slice.all_requests();
  return {{"hits", all.answered}, {"no_answer", all.unanswered()}, {"test_runs", test_runs(slice)}};
}

Json requests(const metrics::Slice& slice) {
  Json json = Json::array();
  for (const auto& [name, stats] : slice.requests) {
    json.push_back({{"name", name},
                    {"hits", stats.answered},
                    {"average_request_time", mean(seconds(stats.answered_time), stats.answered)},
                    {"response_time", distribution(stats.response_times, kPerSecond)},
                    {"service_time", distribution_or_null(stats.service_times)},
                    {"phases", phases(stats)},
                    {"status_codes", status_codes(stats)},
                    {"no_answer", no_answer(stats)},
                    {"connections", stats.connections},
                    {"bytes_sent", stats.bytes_sent},
                    {"bytes_received", stats.bytes_received}});
  }
  return json;
}

Json errors(const metrics::ProblemTable& problems) {
  Json json = Json::array();
  for (const metrics::Problem& problem : problems.worst_first()) {
    json.push_back({{"kind", to_string(problem.kind)},
                    {"class", to_string(problem.blame)},
                    {"message", problem.message},
                    {"location", text_or_null(problem.location)},
                    {"request", text_or_null(problem.request)},
                    {"count", problem.count},
                    {"first", format_iso_utc(problem.first)},
                    {"last", format_iso_utc(problem.last)}});
  }
  return json;
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
                    {"requests_per_second", rate(all.answered, i == 0 ? steps[i].duration - report.plan.warm_up : steps[i].duration)},
                    {"test_runs", test_runs(steps[i].slice)},
                    {"response_time", distribution(all.response_times, kPerSecond)}});
  }
  return json;
}

Json history(const metrics::History& history) {
  Json json = Json::array();
  const auto width = static_cast<double>(history.width().count());
  for (const metrics::History::Window& window : history.windows()) {
    Json point{{"start", static_cast<double>(json.size()) * width},
               {"duration", width},
               {"users", history.users(window)},
               {"hits", window.answered},
               {"no_answer", window.unanswered},
               {"errors", window.errors},
               {"failures", window.failures}};
    for (const auto& [name, quantile] : kPercentiles) {
      const auto percentile = window.response_times.percentile(quantile);
      point[name] = percentile ? Json(static_cast<double>(*percentile) / kPerSecond) : Json(nullptr);
    }
    point["max"] = window.response_times.count() == 0 ? Json(nullptr) : Json(static_cast<double>(window.response_times.max()) / kPerSecond);
    point["histogram"] = base64_encode(window.response_times.histogram().encode());
    json.push_back(std::move(point));
  }
  return json;
}

Json trends(const metrics::Slice& slice) {
  Json json = Json::object();
  for (const auto& [name, values] : slice.trends) json[name] = distribution(values, kPerOne);
  return json;
}

Json counters(const metrics::Slice& slice) {
  Json json = Json::object();
  for (const auto& [name, value] : slice.counters) json[name] = value;
  return json;
}

Json checks(const metrics::Slice& slice) {
  Json json = Json::object();
  for (const auto& [name, stats] : slice.checks) json[name] = {{"passed", stats.passed}, {"failed", stats.failed}};
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
                    {"reason", text_or_null(result.why)}});
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
    json.push_back(
        {{"name", agent.name}, {"end", text_or_null(agent.end)}, {"message", text_or_null(agent.message)}, {"in_flight", agent.in_flight}});
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
          {"response_time", distribution(all.response_times, kPerSecond)},
          {"service_time", distribution_or_null(all.service_times)},
          {"phases", phases(all)},
          {"requests", requests(slice)},
          {"status_codes", status_codes(all)},
          {"no_answer", no_answer(all)},
          {"errors", errors(slice.problems)},
          {"exemplars", json_of(slice.exemplars)},
          {"websockets", web_sockets(slice.sockets)},
          {"steps", steps(report)},
          {"per_second", history(report.history)},
          {"counters", counters(slice)},
          {"trends", trends(slice)},
          {"checks", checks(slice)},
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
  if (!report.totals.all().arrivals.empty()) json["arrivals"] = arrivals(report.totals.all().arrivals);
  if (!report.totals.warm_up().empty()) json["warm_up"] = warm_up(report.totals.warm_up());
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace loads::runner
