#include "runner/console/status_line.h"

#include "runner/report/figures.h"

namespace loads::runner {
namespace {

using RunOutcome = metrics::Outcome;

constexpr const char* kGap = "  ";

std::string time_of(const Moment& moment) {
  const std::string now = clock_time(moment.elapsed);
  return moment.planned ? now + "/" + clock_time(*moment.planned) : now;
}

}  // namespace

std::string status_line(const Moment& moment, const metrics::Slice& all) {
  const metrics::Histogram times = all.all_requests().response_times;
  std::string line = time_of(moment);
  const auto add = [&](const std::string& part) { line += kGap + part; };
  add("users " + std::to_string(moment.users));
  add("hits " + std::to_string(all.hits()));
  add(per_second(moment.hits_per_second) + "/s");
  add("p50 " + response_time(times.percentile(0.5)));
  add("p95 " + response_time(times.percentile(0.95)));
  add("errors " + std::to_string(all.runs(RunOutcome::error)));
  if (const auto failures = all.runs(RunOutcome::failure); failures > 0) add("failures " + std::to_string(failures));
  if (moment.agents.all > 0) add("agents " + std::to_string(moment.agents.here) + "/" + std::to_string(moment.agents.all));
  return line;
}

std::string fitted(const std::string& status, std::size_t columns) {
  if (status.size() <= columns) return status;
  const std::size_t end = status.rfind(kGap, columns);
  return status.substr(0, end == std::string::npos ? columns : end);
}

}  // namespace loads::runner
