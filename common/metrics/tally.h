#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "common/metrics/slice.h"

namespace loads::metrics {

// What must never go missing, as plain counts since the start of a run: of a thread, of an agent, or of all of them. A pure value. The
// engine counts it beside the slices, so that it survives the process that did the work (common/black_box.h) and so that the slices that
// arrived can be checked against it.
struct Tally {
  std::uint64_t sent = 0;                           // times that a request has begun to be written to a socket; a second try counts again
  std::uint64_t settled = 0;                        // of those, the ones whose fate is known: answered or not
  std::uint64_t answered = 0;                       // requests recorded with a status: the "Hits" of a report
  std::uint64_t unanswered = 0;                     // requests recorded without one, those that were never sent included
  std::array<std::uint64_t, kOutcomes> outcomes{};  // test runs that have ended

  std::uint64_t in_flight() const { return settled < sent ? sent - settled : 0; }
  std::uint64_t runs() const { return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0}); }

  Tally& operator+=(const Tally& other);
  Tally& operator-=(const Tally& earlier);  // what came since; `earlier` is of the same counters
  friend Tally operator+(Tally a, const Tally& b) { return a += b; }
  friend Tally operator-(Tally a, const Tally& earlier) { return a -= earlier; }
  friend bool operator==(const Tally&, const Tally&) = default;
};

// The part of a tally that a slice knows: answered, unanswered and outcomes.
Tally tally_of(const Slice& slice);

}  // namespace loads::metrics
