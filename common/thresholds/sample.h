#pragma once

#include <cstdint>
#include <optional>

#include "common/metrics/slice.h"
#include "common/thresholds/threshold.h"

namespace loads::thresholds {

// What one threshold looks at, out of all that was measured in an interval. A pure value; adding is exact and its order does not matter.
struct Sample {
  bool found = false;         // anything of the threshold's name was there
  std::int64_t count = 0;     // hits, errors, the counter's value and so on
  std::uint64_t whole = 0;    // of which `count` is a share
  metrics::Histogram values;  // of time (microseconds) and trend (thousandths)

  void add(const Threshold& threshold, const metrics::Slice& slice);
  void merge(const Sample& other);

  // In the threshold's unit. `time` is how long the interval was. Nothing: there is no data, or too little to say.
  std::optional<double> value(const Threshold& threshold, std::chrono::duration<double> time) const;

 private:
  void add(const Threshold& threshold, const metrics::RequestStats& stats);
  void add_runs(const metrics::Slice& slice, metrics::Outcome outcome);
  std::optional<double> figure(const Threshold& threshold) const;
};

}  // namespace loads::thresholds
