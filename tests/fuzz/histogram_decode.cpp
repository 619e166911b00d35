// Any bytes are either refused, or a histogram that holds together and is written as the same bytes again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "common/metrics/histogram.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using loads::metrics::Histogram;
  const std::span bytes(data, size);
  const auto histogram = Histogram::decode(bytes);
  if (!histogram) return 0;

  const auto again = histogram->encode();
  require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  require(histogram->min() <= histogram->max());
  require(histogram->value_at(0.5) >= histogram->min() && histogram->value_at(0.5) <= histogram->max());

  Histogram twice = *histogram;
  twice.merge(*histogram);
  require(twice.count() == 2 * histogram->count() && twice.value_at(0.99) == histogram->value_at(0.99));
  return 0;
}
