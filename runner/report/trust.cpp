#include <string>

#include "runner/report/blocks.h"
#include "runner/report/text.h"

namespace loads::runner {

namespace {

std::string title(metrics::Validity validity, const Paint& paint) {
  const std::string question = "Can these numbers be trusted?";
  switch (validity) {
    case metrics::Validity::valid: return question + " Yes.\n";
    case metrics::Validity::suspect: return question + " " + paint.doubtful("SUSPECT: times may be too high") + "\n";
    case metrics::Validity::invalid: break;
  }
  return question + " " + paint.bad("INVALID: they are the generator's own") + "\n";
}

}  // namespace

std::string trust(const Report& report, const Paint& paint) {
  std::string block;
  for (const Doubt& doubt : all_doubts(report)) {
    bool first = true;
    for (const std::string& line : wrapped(printable(doubt.message), kLineWidth - 4, 6)) {
      block += (first ? "  " + paint.doubtful("!") + " " : std::string(4, ' ')) + line + "\n";
      first = false;
    }
  }
  return block.empty() ? block : title(validity_of(report), paint) + block;
}

}  // namespace loads::runner
