#include <map>
#include <string>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::string_view kTitle = "Status codes: ";
constexpr std::string_view kFirstGap = " ";
constexpr std::string_view kGap = "   ";

std::string times(std::uint64_t count) { return counted(count, "time", "times"); }

// "503 came 17 times", "404 came 3 times, 503 17 times"
std::string what_came(const std::map<int, std::uint64_t>& statuses) {
  std::string text;
  for (const auto& [status, count] : statuses) {
    text += text.empty() ? std::to_string(status) + " came " + times(count) : ", " + std::to_string(status) + " " + times(count);
  }
  return text;
}

std::string warning(const Report& report, const Paint& paint) {
  const std::map<int, std::uint64_t>& statuses = report.totals.all().unread_statuses;
  if (statuses.empty()) return {};
  std::string block;
  for (const std::string& line : wrapped(what_came(statuses) + ", but the test does not check the status", kLineWidth - 4, 4)) {
    block += (block.empty() ? "! " : "  ") + line + "\n";
  }
  return paint.doubtful(block.substr(0, block.size() - 1)) + "\n";
}

}  // namespace

std::string status_codes(const Report& report, const Paint& paint) {
  const metrics::RequestStats all = report.totals.all().all_requests();
  std::vector<std::string> cells;
  for (const auto& [status, count] : all.statuses) cells.push_back(std::to_string(status) + " " + std::to_string(count));
  if (all.unanswered() > 0) cells.push_back("no answer " + std::to_string(all.unanswered()));
  if (cells.empty()) return {};

  std::string block;
  std::string line(kTitle);
  for (const std::string& cell : cells) {
    if (line.size() + kGap.size() + cell.size() > kLineWidth) {
      block += line + "\n";
      line = std::string(kTitle.size(), ' ');
    }
    line += line.size() == kTitle.size() ? kFirstGap : kGap;
    line += cell;
  }
  return block + line + "\n" + warning(report, paint);
}

}  // namespace loads::runner
