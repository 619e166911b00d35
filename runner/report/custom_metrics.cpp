#include <algorithm>
#include <string>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/table.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kNameColumns = 30;
constexpr std::size_t kMaxRows = 20;
constexpr double kTrendScale = 1000;  // trends are kept as thousandths

struct Row {
  std::string name;
  std::string value;
};

std::string more(std::size_t rows) {
  if (rows <= kMaxRows) return {};
  return "  ... and " + counted(rows - kMaxRows, "other", "others") + ": --json FILE has them all\n";
}

std::string trend_value(double thousandths) { return decimal_trimmed(thousandths / kTrendScale, 3); }

std::vector<std::string> figures(const metrics::Histogram& values) {
  std::vector<std::string> cells{std::to_string(values.count()), trend_value(values.mean())};
  for (const double quantile : {0.5, 0.95}) {
    const auto value = values.percentile(quantile);
    cells.push_back(value ? three_digits(static_cast<double>(*value) / kTrendScale) : kNoValue);
  }
  cells.push_back(trend_value(static_cast<double>(values.max())));
  return cells;
}

std::string trends(const metrics::Slice& all) {
  if (all.trends.empty()) return {};
  Table table({"", 20}, {{"count", 9}, {"mean"}, {"p50"}, {"p95"}, {"max"}});
  std::size_t rows = 0;
  for (const auto& [name, values] : all.trends) {
    if (++rows <= kMaxRows) table.add(printable(name), figures(values));
  }
  return table.text() + more(rows);
}

std::string check(const metrics::CheckStats& stats, const Paint& paint) {
  const std::uint64_t all = stats.passed + stats.failed;
  const std::string text = std::to_string(stats.passed) + " of " + std::to_string(all) + " passed (" + percentage(stats.passed, all) + ")";
  return stats.failed > 0 ? paint.doubtful(text) : text;
}

std::vector<Row> rows_of(const metrics::Slice& all, const Paint& paint) {
  std::vector<Row> rows;
  for (const auto& [name, value] : all.counters) rows.push_back({printable(name), std::to_string(value)});
  for (const auto& [name, stats] : all.checks) rows.push_back({"check: " + printable(name), check(stats, paint)});
  return rows;
}

std::string counters_and_checks(const metrics::Slice& all, const Paint& paint) {
  std::vector<Row> rows = rows_of(all, paint);
  const std::size_t names = rows.size();
  rows.resize(std::min(names, kMaxRows));
  std::size_t width = 0;
  for (const Row& row : rows) width = std::max(width, columns_of(row.name));
  width = std::min(width, kNameColumns);

  std::string block;
  for (const Row& row : rows) block += "  " + padded_right(shortened(row.name, width), width) + "  " + row.value + "\n";
  return block + more(names);
}

}  // namespace

std::string custom_metrics(const Report& report, const Paint& paint) {
  const metrics::Slice& all = report.totals.all();
  const std::string block = counters_and_checks(all, paint) + trends(all);
  return block.empty() ? block : "Custom metrics:\n" + block;
}

}  // namespace loads::runner
