#include <map>
#include <string>
#include <vector>

#include "common/metrics/untimed.h"
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

bool is_url(const Report& report) { return report.plan.test.find("://") != std::string::npos; }

// A URL alone has no test that could be mended.
std::string advice(const std::map<int, std::uint64_t>& statuses) {
  const std::string highest = statuses.rbegin()->first >= 500 ? "5xx" : "4xx";
  return ", which is no failure of a URL by itself. To make it one: --threshold 'status_" + highest + "<1%'";
}

std::string warning(const Report& report, const Paint& paint) {
  const std::map<int, std::uint64_t>& statuses = report.totals.all().unread_statuses;
  if (statuses.empty()) return {};
  const std::string what = what_came(statuses) + (is_url(report) ? advice(statuses) : ", but the test does not check the status");
  std::string block;
  for (const std::string& line : wrapped(what, kLineWidth - 4, 5)) {
    block += (block.empty() ? "! " : "  ") + line + "\n";
  }
  return paint.doubtful(block.substr(0, block.size() - 1)) + "\n";
}

std::uint64_t without_times(const metrics::Slice& all) {
  const auto found = all.requests.find(metrics::kTimesLost);
  return found == all.requests.end() ? 0 : found->second.answered;
}

// Why the figures above do not add up to the hits.
std::string lost_times(const Report& report, const Paint& paint) {
  const std::uint64_t lost = without_times(report.totals.all());
  if (lost == 0) return {};
  return paint.doubtful(
             "! " + counted(lost, "hit has", "hits have") +
             " no time and no status here: what had measured them ended before\n  it could tell (a crash, or a worker that was killed)") +
         "\n";
}

}  // namespace

std::string status_codes(const Report& report, const Paint& paint) {
  const metrics::RequestStats all = report.totals.all().all_requests();
  std::vector<std::string> cells;
  for (const auto& [status, count] : all.statuses) cells.push_back(std::to_string(status) + " " + std::to_string(count));
  if (const auto lost = without_times(report.totals.all()); lost > 0) cells.push_back("unknown " + std::to_string(lost));
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
  return block + line + "\n" + lost_times(report, paint) + warning(report, paint);
}

}  // namespace loads::runner
