#include <algorithm>
#include <string>
#include <vector>

#include "runner/report/blocks.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kExpressionColumns = 50;
constexpr std::size_t kReasonIndent = 8;
constexpr std::size_t kMostReasonLines = 4;

std::string reason(const std::string& why) {
  std::string lines;
  for (const std::string& line : wrapped(printable(why), kLineWidth - kReasonIndent, kMostReasonLines))
    lines += std::string(kReasonIndent, ' ') + line + "\n";
  return lines;
}

std::string line(const thresholds::Result& result, std::size_t width, const Paint& paint) {
  const std::string mark = result.passed ? paint.good("ok") + "  " : paint.bad("FAIL");
  const std::string expression = padded_right(shortened(printable(result.threshold.text), width), width);
  return "  " + mark + "  " + expression + "  " + value_text(result) + "\n" + (result.why.empty() ? "" : reason(result.why));
}

}  // namespace

std::string thresholds_block(const Report& report, const Paint& paint) {
  if (report.thresholds.empty()) return {};
  std::size_t width = 0;
  for (const thresholds::Result& result : report.thresholds) width = std::max(width, columns_of(printable(result.threshold.text)));
  width = std::min(width, kExpressionColumns);
  std::string block = "Thresholds\n";
  for (const thresholds::Result& result : report.thresholds) block += line(result, width, paint);
  return block;
}

}  // namespace loads::runner
