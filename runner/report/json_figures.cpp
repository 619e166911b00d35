#include "runner/report/json_figures.h"

#include <utility>

#include "common/base64.h"
#include "common/wall_time.h"
#include "runner/report/percentiles.h"

namespace loads::runner::json {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json mean(double sum, std::uint64_t count) { return count == 0 ? Json(nullptr) : Json(sum / static_cast<double>(count)); }

double seconds(metrics::Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

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

Json distribution_or_null(const metrics::Histogram& times) { return times.count() == 0 ? Json(nullptr) : distribution(times, kPerSecond); }

Json phases(const metrics::RequestStats& stats) {
  Json json = Json::object();
  for (std::size_t i = 0; i < metrics::kPhases; ++i) {
    json[std::string(to_string(static_cast<metrics::Phase>(i)))] = mean(seconds(stats.phase_time[i]), stats.timed());
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

Json test_runs(const metrics::Slice& slice) {
  return {{"success", slice.runs(metrics::Outcome::success)},
          {"errors", slice.runs(metrics::Outcome::error)},
          {"failures", slice.runs(metrics::Outcome::failure)},
          {"skipped", slice.runs(metrics::Outcome::skipped)},
          {"cut_off", slice.runs(metrics::Outcome::cut)}};
}

Json rate(std::uint64_t hits, std::chrono::duration<double> time) {
  return time.count() > 0 ? Json(static_cast<double>(hits) / time.count()) : Json(nullptr);
}

Json arrivals(const metrics::ArrivalStats& stats) {
  return {{"late", distribution(stats.late, kPerSecond)}, {"waited", distribution(stats.waited, kPerSecond)}, {"missed", stats.missed}};
}

Json warm_up(const metrics::Slice& slice) {
  const metrics::RequestStats all = slice.all_requests();
  return {{"hits", all.answered}, {"no_answer", all.unanswered()}, {"test_runs", test_runs(slice)}};
}

Json requests(const metrics::Slice& slice) {
  Json json = Json::array();
  for (const auto& [name, stats] : slice.requests) {
    json.push_back({{"name", name},
                    {"hits", stats.answered},
                    {"average_request_time", mean(seconds(stats.answered_time), stats.timed())},
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

}  // namespace loads::runner::json
