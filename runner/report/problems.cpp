#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/wall_time.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kMaxKinds = 10;         // of the rest the number is told
constexpr std::size_t kMaxLines = 3;          // of one message
constexpr std::size_t kCountColumns = 9;      // "      14x"
constexpr std::size_t kKindColumns = 9;       // "failure  "
constexpr std::size_t kLocationColumns = 40;  // beside the message
constexpr std::size_t kShortLocation = 20;    // beside the request
constexpr std::size_t kMinRequest = 8;

std::string title(std::size_t kinds) {
  return "What went wrong (" + counted(kinds, "kind", "kinds") + (kinds > 1 ? ", worst first)\n" : ")\n");
}

std::string period(const metrics::Problem& problem) {
  const std::string first = format_local_clock(problem.first);
  const std::string last = format_local_clock(problem.last);
  return first == last ? "at " + first : first + " to " + last;
}

// Where and when, joined by three blanks: "GET /   12:15:31 to 12:15:33".
std::string context(const metrics::Problem& problem, const std::string& location, std::size_t room) {
  std::string rest;
  if (!location.empty()) rest += shortened(location, kShortLocation) + "   ";
  rest += period(problem);
  if (problem.request.empty()) return rest;
  const std::size_t taken = columns_of(rest) + 3;
  return shortened(printable(problem.request), room > taken + kMinRequest ? room - taken : kMinRequest) + "   " + rest;
}

std::vector<std::string> description(const metrics::Problem& problem, std::size_t room) {
  std::vector<std::string> lines = wrapped(printable(problem.message), room, kMaxLines);
  if (lines.empty()) lines.emplace_back("(no message)");
  std::string location = shortened(printable(problem.location), kLocationColumns);
  if (!location.empty() && columns_of(lines.back()) + 3 + columns_of(location) <= room) {
    lines.back() += "   " + location;
    location.clear();
  }
  lines.push_back(context(problem, location, room));
  return lines;
}

std::string entry(const metrics::Problem& problem, const Paint& paint) {
  const std::string count = padded_left(std::to_string(problem.count) + "x", kCountColumns) + "  ";
  const std::size_t indent = count.size() + kKindColumns;
  const bool doubtful = problem.blame == metrics::ErrorClass::generator;
  const std::string kind(metrics::to_string(problem.kind));
  std::string block = count + (doubtful ? paint.doubtful(kind) : paint.bad(kind)) + std::string(kKindColumns - kind.size(), ' ');
  bool first = true;
  for (const std::string& line : description(problem, kLineWidth - indent)) {
    if (!std::exchange(first, false)) block += std::string(indent, ' ');
    block += line + "\n";
  }
  return block;
}

}  // namespace

std::string problems(const Report& report, const Paint& paint) {
  const std::vector<metrics::Problem> all = report.totals.all().problems.worst_first();
  if (all.empty()) return {};
  std::string block = title(all.size());
  for (std::size_t i = 0; i < std::min(all.size(), kMaxKinds); ++i) block += entry(all[i], paint);
  if (all.size() > kMaxKinds) {
    block += "  ... and " + counted(all.size() - kMaxKinds, "other kind", "other kinds") + ": --json FILE has them all\n";
  }
  return block;
}

}  // namespace loads::runner
