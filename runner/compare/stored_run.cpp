#include "runner/compare/stored_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <loads/json.h>

#include "common/base64.h"
#include "common/failure.h"
#include "common/metrics/validity.h"
#include "runner/report/json.h"

namespace loads::runner {
namespace {

constexpr std::array kPlanParts = {"test", "agents", "ramp_up", "arrivals", "pacing", "think_time", "warm_up", "steps"};
constexpr std::uint64_t kMostCounted = std::uint64_t{1} << 53U;  // what a double tells from its neighbours
constexpr double kWidest = 1e6;                                  // seconds of a window: a run of a century

class Damaged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

double positive(const Json& value, const char* what) {
  const auto number = value.as<double>();
  if (!std::isfinite(number) || number < 0) throw Damaged(std::string(what) + " is " + value.dump());
  return number;
}

std::uint64_t count_of(const Json& value) {
  const auto count = value.as<std::uint64_t>();
  if (count > kMostCounted) throw Damaged("a count is " + value.dump());
  return count;
}

metrics::Histogram histogram_of(const Json& base64) {
  const auto bytes = base64_decode(base64.as<std::string_view>());
  auto histogram = bytes ? metrics::Histogram::decode(*bytes) : std::nullopt;
  if (!histogram) throw Damaged("a histogram is none");
  return std::move(*histogram);
}

compare::Requests requests_of(const Json& json) {
  compare::Requests requests;
  requests.response_times = histogram_of(json["response_time"]["histogram"]);
  requests.answered = count_of(json["hits"]);
  for (const Json& cause : json["no_answer"]) requests.unanswered += count_of(cause["count"]);
  return requests;
}

metrics::History::Window window_of(const Json& json) {
  metrics::History::Window window;
  window.answered = count_of(json["hits"]);
  window.unanswered = count_of(json["no_answer"]);
  window.errors = count_of(json["errors"]);
  window.failures = count_of(json["failures"]);
  if (json.contains("histogram")) window.response_times.add(histogram_of(json["histogram"]));
  return window;
}

std::chrono::seconds width_of(const Json& windows) {
  if (windows.empty()) return std::chrono::seconds(1);
  const double width = positive(windows[0]["duration"], "the width of per_second");
  if (width < 1 || width > kWidest) throw Damaged("the width of per_second is " + windows[0]["duration"].dump());
  return std::chrono::seconds(std::llround(width));
}

metrics::History history_of(const Json& json) {
  if (json.size() > metrics::History::kMostWindows) throw Damaged("per_second is too long");
  std::vector<metrics::History::Window> windows;
  for (const Json& window : json) windows.push_back(window_of(window));
  return metrics::History::of(width_of(json), std::move(windows));
}

compare::Run run_of(const Json& json) {
  compare::Run run;
  const Json& totals = json["totals"];
  run.all.response_times = histogram_of(json["response_time"]["histogram"]);
  run.all.answered = count_of(totals["hits"]);
  run.all.unanswered = count_of(totals["no_answer"]);
  run.successes = count_of(totals["test_runs"]["success"]);
  run.errors = count_of(totals["test_runs"]["errors"]);
  run.failures = count_of(totals["test_runs"]["failures"]);
  for (const Json& one : json["requests"]) run.requests[one["name"].as<std::string>()] = requests_of(one);

  const compare::Seconds duration(positive(json["run"]["duration"], "run.duration"));
  const compare::Seconds warm_up(positive(json["plan"]["warm_up"], "plan.warm_up"));
  run.measured = std::max(duration - warm_up, compare::Seconds(0));
  const metrics::History history = history_of(json["per_second"]);
  run.width = history.width();
  run.windows = compare::whole_windows(history, warm_up, duration);
  return run;
}

// Of a run that did not go through its plan, and of one that lacks agents.
std::string trouble_of(const Json& json) {
  const auto ending = json["run"]["ending"].as<std::string>();
  return ending == "completed" ? "" : ending;
}

std::vector<std::string> doubts_of(const Json& json) {
  std::vector<std::string> doubts;
  for (const Json& warning : json["warnings"]) {
    const auto id = warning["id"].as<std::string>();
    const bool spoils = warning.get("validity") != Json("valid");
    if (spoils && std::find(doubts.begin(), doubts.end(), id) == doubts.end()) doubts.push_back(id);
  }
  return doubts;
}

std::string validity_of(const Json& json) {
  const auto word = json["validity"].as<std::string>();
  for (std::size_t i = 0; i < count_of(metrics::Validity{}); ++i) {
    if (word == to_string(static_cast<metrics::Validity>(i))) return word;
  }
  throw Damaged("the validity of its figures is none");
}

[[noreturn]] void refuse(const std::string& place, const std::string& why) {
  throw Failure(exit_code::usage, place + " cannot be compared: " + why, "result");
}

Json document(const std::string& place, std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const JsonError&) {  // which quotes all of it
    refuse(place, "it is no JSON, or not all of it.");
  }
}

constexpr std::size_t kMostQuoted = 40;  // characters, of a file that may be anything

void check_origin(const std::string& place, const Json& json) {
  constexpr const char* kWanted = "It takes what loads-runner --json FILE has written about a run.";
  if (!json.is_object() || !json.contains("schema") || !json.contains("per_second"))
    refuse(place, std::string("it is JSON of something else. ") + kWanted);
  if (json["schema"] != Json(kSummarySchema))
    refuse(place, "its schema is " + json["schema"].dump().substr(0, kMostQuoted) + ", and this loads-runner knows " +
                      std::to_string(kSummarySchema) + ". Compare with the version that has written it.");
}

// What a user has made of the plan while the run went on.
std::string changes_of(const Json& json) { return json["run"].contains("load_changes") ? json["run"]["load_changes"].dump() : "[]"; }

StoredRun stored_run_of(const std::string& place, const Json& json) {
  StoredRun stored;
  stored.place = place;
  stored.id = json["run"]["id"].as<std::string>();
  stored.description = json["plan"]["description"].as<std::string>();
  for (const char* part : kPlanParts) stored.plan.emplace_back(part, json["plan"].get(part).dump());
  stored.plan.emplace_back("changes of the load", changes_of(json));
  stored.trouble = trouble_of(json);
  stored.doubts = doubts_of(json);
  stored.validity = validity_of(json);
  stored.has_histograms = !json["per_second"].empty() && json["per_second"][0].contains("histogram");
  stored.run = run_of(json);
  return stored;
}

}  // namespace

StoredRun read_result(const std::string& place, std::string_view text) {
  const Json json = document(place, text);
  check_origin(place, json);
  try {
    return stored_run_of(place, json);
  } catch (const JsonError&) {
    refuse(place, "it is damaged: something is missing in it, or is no value that loads-runner writes.");
  } catch (const Damaged& error) {
    refuse(place, "it is damaged: " + std::string(error.what()) + ".");
  }
}

}  // namespace loads::runner
