#include <loads/json.h>

#include "runner/compare/comparison.h"

namespace loads::runner {
namespace {

using compare::Difference;

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json seconds_or_null(const std::optional<std::uint64_t>& microseconds) {
  return microseconds ? Json(static_cast<double>(*microseconds) / 1e6) : Json(nullptr);
}

Json run(const StoredRun& stored) {
  return {{"place", stored.place},
          {"run", stored.id},
          {"validity", stored.validity},
          {"plan", stored.description},
          {"measured", stored.run.measured.count()},
          {"hits", stored.run.all.answered},
          {"windows", stored.run.windows.size()}};
}

const char* unit_of(const compare::Metric& metric) { return metric.is_time() ? "seconds" : metric.is_share() ? "percent" : "per_second"; }

Json passed(const Difference& one) { return one.limit && one.interval ? Json(!one.is_too_much) : Json(nullptr); }

Json figure(const Difference& one) {
  return {{"metric", one.metric.word},
          {"unit", unit_of(one.metric)},
          {"a", or_null(one.a)},
          {"b", or_null(one.b)},
          {"change", or_null(one.change)},
          {"change_unit", one.metric.is_share() ? "points" : "percent"},
          {"low", one.interval ? Json(one.interval->low) : Json(nullptr)},
          {"high", one.interval ? Json(one.interval->high) : Json(nullptr)},
          {"verdict", to_string(one.verdict)},
          {"reason", one.why.empty() ? Json(nullptr) : Json(one.why)},
          {"more_seconds", one.more ? Json(one.more->count()) : Json(nullptr)},
          {"limit", or_null(one.limit)},
          {"passed", passed(one)}};
}

Json requests(const compare::Requests& one) {
  return {{"hits", one.answered},
          {"no_answer", one.unanswered},
          {"p50", seconds_or_null(one.response_times.percentile(0.5))},
          {"p95", seconds_or_null(one.response_times.percentile(0.95))},
          {"p99", seconds_or_null(one.response_times.percentile(0.99))}};
}

Json name(const compare::NameDifference& one) {
  return {{"name", one.name},
          {"a", requests(one.a)},
          {"b", requests(one.b)},
          {"change", Json{{"p50", or_null(one.p50)}, {"p95", or_null(one.p95)}, {"p99", or_null(one.p99)}}}};
}

template <typename List, typename Make>
Json array_of(const List& list, Make make) {
  std::vector<Json> elements;
  for (const auto& one : list) elements.push_back(make(one));
  return Json::array(elements);
}

}  // namespace

std::string json_of(const Comparison& comparison) {
  const Json json{{"schema", kComparisonSchema},
                  {"a", run(comparison.a)},
                  {"b", run(comparison.b)},
                  {"warnings", array_of(comparison.warnings, [](const std::string& text) { return Json(text); })},
                  {"figures", array_of(comparison.figures, figure)},
                  {"requests", array_of(comparison.names, name)},
                  {"exit_code", comparison.exit_code()}};
  return json.dump(2) + "\n";
}

}  // namespace loads::runner
