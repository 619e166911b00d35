#include <algorithm>
#include <string>
#include <vector>

#include "common/wall_time.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kMaxKinds = 10;       // of the rest the number is told
constexpr std::size_t kMaxLines = 3;        // of one message
constexpr std::size_t kIndent = 20;         // "      14x  error    "
constexpr std::size_t kRoom = kLineWidth - kIndent;

std::string title(std::size_t kinds) {
  return "What went wrong (" + counted(kinds, "kind", "kinds") + (kinds > 1 ? ", worst first)\n" : ")\n");
}

std::string period(const metrics::Problem& problem) {
  const std::string first = format_local_clock(problem.first);
  const std::string last = format_local_clock(problem.last);
  return first == last ? "at " + first : first + " to " + last;
}

// Where and when, joined by three blanks: "GET /   12:15:31 to 12:15:33".
std::string context(const metrics::Problem& problem, const std::string& location) {
  const std::string when = period(problem);
  const std::size_t taken = when.size() + 3 + (location.empty() ? 0 : columns_of(location) + 3);
  std::string text = shortened(printable(problem.request), kRoom - std::min(taken, kRoom - 8));
  for (const std::string& part : {location, when}) {
    if (part.empty()) continue;
    if (!text.empty()) text += "   ";
    text += part;
  }
  return text;
}

std::string entry(const metrics::Problem& problem, const Paint& paint) {
  std::vector<std::string> lines = wrapped(printable(problem.message), kRoom, kMaxLines);
  if (lines.empty()) lines.emplace_back("(no message)");
  std::string location = shortened(printable(problem.location), 30);
  if (!location.empty() && columns_of(lines.back()) + 3 + columns_of(location) <= kRoom) {
    lines.back() += "   " + location;
    location.clear();
  }
  lines.push_back(context(problem, location));

  const bool doubtful = problem.blame == metrics::ErrorClass::generator;
  const std::string kind(metrics::to_string(problem.kind));
  std::string block = padded_left(std::to_string(problem.count) + "x", 9) + "  " + (doubtful ? paint.doubtful(kind) : paint.bad(kind)) +
                      std::string(9 - kind.size(), ' ');
  for (std::size_t i = 0; i < lines.size(); ++i) block += (i == 0 ? "" : std::string(kIndent, ' ')) + lines[i] + "\n";
  return block;
}

}  // namespace

std::string problems(const Report& report, const Paint& paint) {
  const std::vector<metrics::Problem> all = report.totals.all().problems.worst_first();
  if (all.empty()) return {};
  std::string block = title(all.size());
  for (std::size_t i = 0; i < std::min(all.size(), kMaxKinds); ++i) block += entry(all[i], paint);
  if (all.size() > kMaxKinds) block += "  ... and " + counted(all.size() - kMaxKinds, "other kind", "other kinds") + ": --json FILE has them all\n";
  return block;
}

}  // namespace loads::runner
