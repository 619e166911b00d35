#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/duration.h"
#include "common/wall_time.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using metrics::Exemplar;

constexpr std::size_t kMostOfEach = 3;  // the JSON output has them all
constexpr std::size_t kTimeColumns = 10;
constexpr std::size_t kNameColumns = 30;
constexpr std::size_t kMostParts = 2;                        // of a request's time
constexpr std::chrono::milliseconds kWorthTelling{10};       // a request that is no slower takes nobody's time
constexpr metrics::Nanoseconds::rep kConsiderablePart = 10;  // at least a tenth of the whole

struct Row {
  const Exemplar* exemplar;
  std::string name;
  std::string rest;  // what there is to say
};

// "wait 1.23s, connect 210ms": the larger parts.
std::string where_the_time_went(const Exemplar& exemplar) {
  std::vector<std::pair<metrics::Nanoseconds, metrics::Phase>> parts;
  for (std::size_t i = 0; i < metrics::kPhases; ++i) {
    if (exemplar.phases[i] * kConsiderablePart >= exemplar.total) parts.emplace_back(exemplar.phases[i], static_cast<metrics::Phase>(i));
  }
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  parts.resize(std::min(parts.size(), kMostParts));
  std::string text;
  for (const auto& [time, phase] : parts) {
    text.append(text.empty() ? "" : ", ").append(metrics::to_string(phase)).append(" ").append(format_latency(time));
  }
  return text;
}

// What came behind the head, which an empty line ends.
std::string body_of(const Exemplar& exemplar) {
  const auto end = exemplar.answer.find("\n\n");
  return end == std::string::npos ? std::string() : printable(std::string_view(exemplar.answer).substr(end + 2));
}

// Those without an answer are among the problems, with all that there is to say.
std::vector<Row> rows_of(const metrics::ExemplarTable& exemplars) {
  std::vector<Row> rows;
  for (const Exemplar& one : exemplars.slowest()) {
    if (one.total >= kWorthTelling && rows.size() < kMostOfEach) rows.push_back({&one, printable(one.name), where_the_time_went(one)});
  }
  std::size_t failed = 0;
  for (const Exemplar& one : exemplars.failed()) {
    if (one.status != 0 && failed++ < kMostOfEach) rows.push_back({&one, printable(one.name), body_of(one)});
  }
  return rows;
}

std::string line(const Row& row, std::size_t name_columns, const Paint& paint) {
  const Exemplar& one = *row.exemplar;
  const std::string status = std::to_string(one.status);
  const std::string name = padded_right(shortened(row.name, name_columns), name_columns);
  const std::string when = "  at " + format_local_clock(one.sent);
  std::string text = padded_left(format_latency(one.total), kTimeColumns) + "  " + name + "  ";
  const std::size_t columns = columns_of(text) + status.size() + when.size() + 2;
  text += (one.failed() ? paint.bad(status) : status) + when;
  if (!row.rest.empty()) text += "  " + wrapped(row.rest, kLineWidth - columns, 1).front();
  return text + "\n";
}

}  // namespace

std::string exemplars(const Report& report, const Paint& paint) {
  const std::vector<Row> rows = rows_of(report.totals.all().exemplars);
  if (rows.empty()) return {};
  std::size_t name_columns = 0;
  for (const Row& row : rows) name_columns = std::max(name_columns, std::min(columns_of(row.name), kNameColumns));
  std::string block = "Exchanges worth a look (--json FILE has them whole)\n";
  for (const Row& row : rows) block += line(row, name_columns, paint);
  return block;
}

}  // namespace loads::runner
