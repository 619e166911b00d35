#include "runner/report/summary.h"

#include <string>
#include <vector>

#include "runner/report/blocks.h"

namespace loads::runner {
namespace {

std::vector<std::string> blocks(const Report& report, SummaryStyle style, const Paint& paint) {
  std::vector<std::string> blocks{seed_block(report, paint)};
  if (style == SummaryStyle::seed) return blocks;
  const bool full = style == SummaryStyle::full;
  blocks.push_back(response_times(report, full));
  if (full) blocks.push_back(arrivals(report));
  blocks.push_back(load_changes(report));
  if (full) blocks.push_back(steps(report));
  blocks.push_back((full ? phases(report) : "") + status_codes(report, paint));
  if (full) blocks.push_back(web_sockets(report, paint));
  blocks.push_back(problems(report, paint));
  if (full) blocks.push_back(exemplars(report, paint));
  if (full) blocks.push_back(custom_metrics(report, paint));
  blocks.push_back(thresholds_block(report, paint));
  blocks.push_back(trust(report, paint));
  blocks.push_back(last_line(report, paint));
  return blocks;
}

}  // namespace

void write_summary(std::ostream& out, const Report& report, SummaryStyle style, const Paint& paint) {
  bool first = true;
  for (const std::string& block : blocks(report, style, paint)) {
    if (block.empty()) continue;
    if (!first) out << '\n';
    first = false;
    out << block;
  }
  out.flush();
}

}  // namespace loads::runner
