// Any text is refused with a Failure, or it is a run that can be compared, with itself at least.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/failure.h"
#include "runner/compare/comparison.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void compare_with_itself(const loads::runner::StoredRun& stored) {
  const auto comparison = loads::runner::make_comparison(stored, stored, {}, 98);
  for (const loads::compare::Difference& figure : comparison.figures) {
    if (figure.interval) require(figure.interval->low <= 0 && figure.interval->high >= 0);
  }
  require(comparison.exit_code() == 0);
  require(!text_of(comparison, loads::runner::Paint()).empty() && !json_of(comparison).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    compare_with_itself(loads::runner::read_result("fuzz", std::string_view(reinterpret_cast<const char*>(data), size)));
  } catch (const loads::Failure&) {
  }
  return 0;
}
