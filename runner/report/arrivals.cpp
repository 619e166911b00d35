#include <string>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

constexpr const char* kTitle = "Runs at their times: ";

std::string percentiles(const metrics::Histogram& times) {
  return "p50 " + response_time(times.percentile(0.5)) + "  p99 " + response_time(times.percentile(0.99)) + "  max " +
         response_time(times.max());
}

std::string indented(const std::string& text) { return std::string(std::string_view(kTitle).size(), ' ') + text + "\n"; }

}  // namespace

std::string arrivals(const Report& report) {
  const metrics::ArrivalStats& stats = report.totals.all().arrivals;
  if (stats.empty()) return {};
  std::string block = kTitle + counted(stats.begun(), "run", "runs") + "\n";
  if (stats.late.count() > 0) block += indented("late by " + percentiles(stats.late));
  if (stats.waited.count() > 0)
    block += indented(std::to_string(stats.waited.count()) + " waited for a user: " + percentiles(stats.waited));
  if (stats.missed > 0) block += indented(std::to_string(stats.missed) + " never began");
  return block;
}

}  // namespace loads::runner
