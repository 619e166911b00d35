#include <loads/json.h>

#include "common/version.h"
#include "runner/capacity/findings.h"

namespace loads::runner {
namespace {

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json seconds_or_null(const std::optional<std::uint64_t>& microseconds) {
  return microseconds ? Json(static_cast<double>(*microseconds) / 1e6) : Json(nullptr);
}

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

template <typename List, typename Make>
Json array_of(const List& list, Make make) {
  std::vector<Json> elements;
  for (const auto& one : list) elements.push_back(make(one));
  return Json::array(elements);
}

Json text(const std::string& one) { return {one}; }

Json plan_of(const SearchPlan& plan) {
  return {{"conditions", array_of(plan.conditions, text)},
          {"start", plan.start},
          {"precision", plan.precision},
          {"duration", seconds(plan.duration)},
          {"warm_up", seconds(plan.warm_up)},
          {"agents", plan.agents},
          {"max_users", plan.max_users}};
}

Json condition(const thresholds::Result& one) {
  return {
      {"expression", one.threshold.text}, {"passed", one.passed}, {"value", or_null(one.value)}, {"unit", to_string(one.threshold.unit)}};
}

Json doubt(const Doubt& one) { return {{"id", one.id}, {"message", one.message}, {"validity", to_string(one.validity)}}; }

Json run(const LevelRun& one) {
  return {{"rate", one.rate},
          {"run", one.run_id},
          {"held", one.held()},
          {"reasons", array_of(one.reasons, [](const Reason& reason) { return Json(reason.sentence); })},
          {"validity", to_string(one.validity)},
          {"warnings", array_of(one.doubts, doubt)},
          {"conditions", array_of(one.conditions, condition)},
          {"runs_per_second", one.runs_per_second},
          {"requests_per_second", one.hits_per_second},
          {"test_runs", one.runs},
          {"errors", one.errors},
          {"failures", one.failures},
          {"response_time", Json{{"mean", one.average_seconds},
                                 {"p50", seconds_or_null(one.p50)},
                                 {"p95", seconds_or_null(one.p95)},
                                 {"p99", seconds_or_null(one.p99)}}}};
}

Json level(const Level& one) { return {{"rate", one.rate}, {"tried", one.tried}, {"held", one.held}, {"shown", run(*one.shown)}}; }

const char* end_of(const Findings& findings) {
  switch (findings.end) {
    case Search::End::found: return "found";
    case Search::End::nothing_holds: return "nothing_holds";
    case Search::End::generator: return "generator";
    case Search::End::undecided: return "undecided";
    case Search::End::none: break;
  }
  switch (findings.ending) {
    case Ending::crashed: return "crashed";
    case Ending::incomplete: return "incomplete";
    default: return "stopped";
  }
}

}  // namespace

std::string json_of(const Findings& findings) {
  const bool found = findings.end == Search::End::found;
  const Json json{{"schema", kCapacitySchema},
                  {"loads_version", version()},
                  {"test", findings.plan.test},
                  {"plan", plan_of(findings.plan)},
                  {"end", end_of(findings)},
                  {"found", found ? or_null(findings.floor) : Json(nullptr)},
                  {"suspect", findings.floor_is_suspect || findings.ceiling_is_suspect},
                  {"bracket", Json{{"held", or_null(findings.floor)}, {"failed", or_null(findings.ceiling)}}},
                  {"conclusion", conclusion(findings)},
                  {"notes", array_of(findings.notes, text)},
                  {"levels", array_of(levels_of(findings), level)},
                  {"runs", array_of(findings.runs, run)},
                  {"exit_code", findings.exit_code}};
  return json.dump(2) + "\n";
}

}  // namespace loads::runner
