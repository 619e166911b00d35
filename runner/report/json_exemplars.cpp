#include "runner/report/json_exemplars.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "common/wall_time.h"

namespace loads::runner {
namespace {

using Json = nlohmann::ordered_json;
using metrics::Exemplar;

double seconds(metrics::Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

Json or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

Json phases(const Exemplar& exemplar) {
  Json json = Json::object();
  for (std::size_t i = 0; i < metrics::kPhases; ++i) {
    json[std::string(to_string(static_cast<metrics::Phase>(i)))] = seconds(exemplar.phases[i]);
  }
  return json;
}

Json json_of(const Exemplar& exemplar) {
  const bool answered = exemplar.status != 0;
  return {{"name", exemplar.name},
          {"method", exemplar.method},
          {"url", exemplar.url},
          {"sent", format_iso_utc(exemplar.sent)},
          {"status", answered ? Json(exemplar.status) : Json(nullptr)},
          {"cause", answered ? Json(nullptr) : Json(to_string(exemplar.error))},
          {"message", or_null(exemplar.message)},
          {"location", or_null(exemplar.location)},
          {"time", seconds(exemplar.total)},
          {"phases", phases(exemplar)},
          {"new_connection", exemplar.new_connection},
          {"address", or_null(exemplar.address)},
          {"bytes_sent", exemplar.bytes_sent},
          {"bytes_received", exemplar.bytes_received},
          {"step", exemplar.step + 1},
          {"agent", exemplar.agent},
          {"user", exemplar.user},
          {"request", or_null(exemplar.request)},
          {"answer", or_null(exemplar.answer)}};
}

Json json_of(const std::vector<Exemplar>& exemplars) {
  Json json = Json::array();
  for (const Exemplar& exemplar : exemplars) json.push_back(json_of(exemplar));
  return json;
}

}  // namespace

Json json_of(const metrics::ExemplarTable& exemplars) {
  return {{"slowest", json_of(exemplars.slowest())}, {"failed", json_of(exemplars.failed())}};
}

}  // namespace loads::runner
