#include <string>

#include "runner/report/blocks.h"
#include "runner/report/text.h"

namespace loads::runner {

namespace {

std::string title(metrics::Validity validity, const Paint& paint) {
  const std::string question = "Can these numbers be trusted? ";
  const std::string answer = trust_answer(validity);
  switch (validity) {
    case metrics::Validity::valid: return question + answer + "\n";
    case metrics::Validity::suspect: return question + paint.doubtful(answer) + "\n";
    case metrics::Validity::invalid: break;
  }
  return question + paint.bad(answer) + "\n";
}

}  // namespace

std::string trust_answer(metrics::Validity validity) {
  switch (validity) {
    case metrics::Validity::valid: return "Yes.";
    case metrics::Validity::suspect: return "SUSPECT: they may be off";
    case metrics::Validity::invalid: break;
  }
  return "INVALID: they are the generator's own";
}

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
