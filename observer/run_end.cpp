#include "observer/run_end.h"

#include <nlohmann/json.hpp>

#include "common/duration.h"
#include "common/wall_time.h"

namespace loads::observer {

std::string key_of(const RunEnd& end) { return end.run + "-" + end.state; }

std::vector<std::string> crossed(const std::vector<thresholds::Result>& results) {
  std::vector<std::string> lines;
  for (const thresholds::Result& result : results) {
    if (!result.passed) lines.push_back(result.threshold.text + ": " + value_text(result));
  }
  return lines;
}

std::string to_json(const RunEnd& end) {
  using Json = nlohmann::ordered_json;
  const Json json{{"run", end.run},
                  {"test", end.test},
                  {"state", end.state},
                  {"validity", to_string(end.validity)},
                  {"exit_code", end.exit_code},
                  {"hits", end.hits},
                  {"errors", end.errors},
                  {"failures", end.failures},
                  {"started", format_iso_utc(end.started)},
                  {"duration", end.duration.count()},
                  {"user", end.user},
                  {"tag", end.tag},
                  {"message", end.message},
                  {"thresholds_crossed", end.crossed},
                  {"aborted", end.aborted}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string in_one_line(const RunEnd& end) {
  const auto count = [](std::uint64_t number, const std::string& what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
  };
  return "run " + end.run + " " + end.state + ": " + count(end.hits, "hit") + ", " + count(end.errors, "error") + ", " +
         count(end.failures, "failure") + " in " + format_duration(std::chrono::round<std::chrono::milliseconds>(end.duration)) + " of " +
         end.test + (end.crossed.empty() ? "" : ", " + count(end.crossed.size(), "threshold") + " crossed") +
         (end.validity == metrics::Validity::valid ? "" : ", figures " + std::string(to_string(end.validity)));
}

}  // namespace loads::observer
