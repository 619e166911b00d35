#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "common/metrics/tally.h"

namespace loads::metrics {

// A Tally while it is counted: written by one thread, read by any other at any time, also out of a file that outlives the process
// (common/black_box.h), whose layout this is. In the path of every request: a counter is a load, an addition and a store.
//
// Whenever the writer is interrupted, answered <= what the target has seen <= sent, and nothing is missing from both the records and
// in_flight(): begin_send() comes before the first byte, and a request is recorded before it is settled. Stores are releases so that the
// compiler keeps that order; a killed thread leaves behind every store that it came to.
class alignas(64) LiveTally {
 public:
  void begin_send() { increment(sent_); }
  void record(bool answered) { increment(answered ? answered_ : unanswered_); }
  void settle() { increment(settled_); }
  void end_run(Outcome outcome) { increment(outcomes_[static_cast<std::size_t>(outcome)]); }

  Tally read() const;

 private:
  using Counter = std::atomic<std::uint64_t>;
  static_assert(Counter::is_always_lock_free && sizeof(Counter) == 8, "other processes read them as plain numbers");

  // The only writer needs no atomic addition.
  static void increment(Counter& counter) { counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_release); }

  Counter sent_{0};
  Counter settled_{0};
  Counter answered_{0};
  Counter unanswered_{0};
  std::array<Counter, kOutcomes> outcomes_{};
};

// In the opposite order of the stores: what is settled is among the records that are read after it, and what is recorded among the sent.
inline Tally LiveTally::read() const {
  Tally tally;
  tally.settled = settled_.load(std::memory_order_acquire);
  tally.answered = answered_.load(std::memory_order_acquire);
  tally.unanswered = unanswered_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < kOutcomes; ++i) tally.outcomes[i] = outcomes_[i].load(std::memory_order_acquire);
  tally.sent = sent_.load(std::memory_order_acquire);
  return tally;
}

}  // namespace loads::metrics
