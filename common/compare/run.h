#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/compare/metric.h"
#include "common/metrics/history.h"
#include "common/metrics/slice.h"

namespace loads::compare {

using Seconds = std::chrono::duration<double>;

// Requests of a run: of all names, or of one. Exact.
struct Requests {
  metrics::Histogram response_times;  // microseconds
  std::uint64_t answered = 0;
  std::uint64_t unanswered = 0;
};

// What is known of a run that is to be compared with another: its figures, which are exact, and its seconds, whose times are coarse and
// which say how much the figures sway. A pure value.
struct Run {
  Requests all;
  metrics::Slice::ByName<Requests> requests;
  std::uint64_t successes = 0;  // test runs
  std::uint64_t errors = 0;
  std::uint64_t failures = 0;
  Seconds measured{0};  // what the figures are about: all but the warm-up
  Seconds width{1};     // of a window
  std::vector<metrics::History::Window> windows;

  std::uint64_t test_runs() const { return successes + errors + failures; }
};

// The windows that lie wholly between the end of the warm-up and the end of the run.
std::vector<metrics::History::Window> whole_windows(const metrics::History& history, Seconds warm_up, Seconds duration);

// Exact: times in seconds, shares in percent. Nothing when there is no data, or too little to say.
std::optional<double> value_of(const Run& run, const Metric& metric);

// How many there are of what a share counts, and how many of them are bad.
struct Share {
  std::uint64_t bad = 0;
  std::uint64_t all = 0;
};
Share share_of(const Run& run, const Metric& metric);

}  // namespace loads::compare
