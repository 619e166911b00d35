#include "runner/report/load_changes.h"

#include "runner/report/blocks.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

constexpr const char* kTitle = "Load changed: ";
constexpr std::size_t kMostShown = 10;

std::string at_margin(std::size_t line) { return line == 0 ? kTitle : std::string(std::string_view(kTitle).size(), ' '); }

}  // namespace

std::string in_words(const plan::Steering::Change& change) {
  const std::string load = change.factor == 0 ? "paused" : decimal_trimmed(change.factor * 100, 1) + "% of the plan";
  return load + " from " + clock_time(change.at) + " on";
}

std::string load_changes(const Report& report) {
  std::string block;
  for (std::size_t i = 0; i < report.load_changes.size() && i < kMostShown; ++i)
    block += at_margin(i) + in_words(report.load_changes[i]) + "\n";
  if (report.load_changes.size() > kMostShown)
    block += at_margin(kMostShown) + "and " + std::to_string(report.load_changes.size() - kMostShown) + " times more\n";
  return block;
}

}  // namespace loads::runner
