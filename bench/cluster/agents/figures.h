#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "common/metrics/histogram.h"

namespace loads::bench {

// What the simulated agents of one process have seen. The program prints them; several programs' are put together by who started them, so
// times come as counts per value.
struct Figures {
  std::uint64_t welcomed = 0;      // agents that were let in for the first time
  std::uint64_t hellos = 0;        // Welcome answers, those after a reconnection included
  std::uint64_t refused = 0;       // Refused answers
  std::uint64_t made = 0;          // batches
  std::uint64_t acknowledged = 0;  // of those
  std::uint64_t shares = 0;        // of runs, that were begun
  std::uint64_t closed = 0;        // of those, the ones of which the broker has all
  metrics::Histogram acks;         // microseconds from a batch's making to its acknowledgement, while the load goes on
  metrics::Histogram last_acks;    // likewise of the last batches, which all agents make at one instant
  metrics::Histogram late_starts;  // microseconds by which a Start came after the instant that it names; 0: in time

  bool complete() const { return made > 0 && made == acknowledged && shares == closed && refused == 0; }
};

std::string to_json(const Figures& figures);

}  // namespace loads::bench
