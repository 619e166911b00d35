#include <string>

#include "runner/report/blocks.h"
#include "runner/report/text.h"

namespace loads::runner {

std::string trust(const Report& report, const Paint& paint) {
  std::string block;
  for (const Doubt& doubt : all_doubts(report)) {
    bool first = true;
    for (const std::string& line : wrapped(printable(doubt.message), kLineWidth - 4, 6)) {
      block += (first ? "  " + paint.doubtful("!") + " " : std::string(4, ' ')) + line + "\n";
      first = false;
    }
  }
  return block.empty() ? block : "Can these numbers be trusted?\n" + block;
}

}  // namespace loads::runner
