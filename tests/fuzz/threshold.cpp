// Any bytes are either refused with std::invalid_argument or a threshold that is read from its own text again, and that can be judged
// whatever was measured.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "common/thresholds/conjunction.h"
#include "common/thresholds/judge.h"
#include "common/thresholds/parse.h"
#include "common/thresholds/watch.h"

namespace {

using namespace std::chrono_literals;
using loads::metrics::Slice;
using loads::thresholds::Threshold;

void require(bool holds) {
  if (!holds) std::abort();
}

Slice measured(const std::string& name) {
  Slice slice;
  loads::metrics::entry(slice.requests, name).add({.status = 200, .total = 3ms});
  slice.outcomes = {1, 1, 1, 1, 1};
  loads::metrics::entry(slice.counters, name) = -1;
  loads::metrics::entry(slice.checks, name) = {1, 1};
  loads::metrics::entry(slice.trends, name).record(1);
  return slice;
}

void judge(const Threshold& threshold, const Slice& slice) {
  const auto result = loads::thresholds::judge(threshold, slice, 1s);
  require(!value_text(result).empty());
  require(result.value || !result.passed);
}

void check(std::string_view text, Threshold (*read)(std::string_view)) {
  try {
    const Threshold threshold = read(text);
    const Threshold again = read(threshold.text);
    require(again.text == threshold.text && again.name == threshold.name && again.limit == threshold.limit &&
            again.window == threshold.window);
    judge(threshold, {});
    judge(threshold, measured(threshold.name));
    loads::thresholds::Watch watch({threshold});
    watch.add(0s, 1s, {measured(threshold.name)});
    static_cast<void>(watch.crossed(3601s));
  } catch (const std::invalid_argument&) {
  }
}

// Each of several is read from its own text again.
void check_conjunction(std::string_view text) {
  try {
    for (const Threshold& one : loads::thresholds::parse_conjunction(text)) require(loads::thresholds::parse(one.text).text == one.text);
  } catch (const std::invalid_argument&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, loads::thresholds::parse);
  check(text, loads::thresholds::parse_abort);
  check_conjunction(text);
  return 0;
}
