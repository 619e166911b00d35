#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/table.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kMaxRows = 20;  // a summary is read, not searched: the JSON output has every name
constexpr std::array<double, 5> kQuantiles = {0.5, 0.9, 0.95, 0.99, 0.999};

struct Named {
  std::string name;
  const metrics::Histogram* times = nullptr;
};

std::vector<std::string> figures(const metrics::Histogram& times) {
  std::vector<std::string> cells{std::to_string(times.count())};
  for (const double quantile : kQuantiles) cells.push_back(response_time(times.percentile(quantile)));
  cells.push_back(response_time(times.max()));
  return cells;
}

// The length of the method that `name` begins with: 3 of "GET /search", 0 when there is none.
std::size_t method_length(std::string_view name) {
  const std::size_t length = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  return length != std::string_view::npos && name[length] == ' ' ? length : 0;
}

// Puts the paths of "GET /" and "POST /search" below each other.
void align_methods(std::vector<Named>& rows) {
  std::size_t longest = 0;
  for (const Named& row : rows) longest = std::max(longest, method_length(row.name));
  if (longest > std::string_view("OPTIONS").size()) return;
  for (Named& row : rows) {
    if (const std::size_t length = method_length(row.name); length > 0) row.name.insert(length, longest - length, ' ');
  }
}

std::vector<Named> busiest_first(const metrics::Slice& all) {
  std::vector<Named> rows;
  for (const auto& [name, stats] : all.requests) {
    if (stats.response_times.count() > 0) rows.push_back({printable(name), &stats.response_times});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Named& a, const Named& b) { return a.times->count() > b.times->count(); });
  return rows;
}

// What the difference is, where there is one.
constexpr const char* kExplained =
    "  Counted from when the rate wanted a run to begin: what a user would have\n"
    "  waited. The row `once sent` is the same without that delay.\n";

}  // namespace

std::string response_times(const Report& report, bool each_request) {
  const metrics::RequestStats requests = report.totals.all().all_requests();
  const metrics::Histogram& all = requests.response_times;
  if (all.count() == 0) return {};
  Table table({"", 20}, {{"count", 9}, {"p50"}, {"p90"}, {"p95"}, {"p99"}, {"p99.9"}, {"max"}});
  table.add("all", figures(all));
  const bool scheduled = requests.service_times.count() > 0;
  if (scheduled) table.add("all, once sent", figures(requests.service_times));

  std::vector<Named> rows;
  if (each_request) rows = busiest_first(report.totals.all());
  const std::size_t names = rows.size();
  if (names > kMaxRows) rows.resize(kMaxRows);
  align_methods(rows);
  for (Named& row : rows) table.add(std::move(row.name), figures(*row.times));

  std::string block = "Response times (successful requests)\n" + table.text();
  if (names > kMaxRows) block += "  ... and " + counted(names - kMaxRows, "other name", "other names") + ": --json FILE has them all\n";
  return scheduled ? block + kExplained : block;
}

}  // namespace loads::runner
