#pragma once

#include <chrono>
#include <cstdint>

#include "common/metrics/histogram.h"

namespace loads::user {

// How well a thread that carries load was off: whether it got the processor when it wanted it, and how punctual it was. Whatever delays it
// is in the times that it measures. Sampled on that thread; read when it has ended.
class LoadMeter {
 public:
  static constexpr double kTooBusy = 0.9;  // share of a core

  // What the kernel says of a thread so far.
  struct Reading {
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds cpu{};      // it ran
    std::chrono::nanoseconds waiting{};  // it could have run, and something else did (/proc/thread-self/schedstat)
  };

  void begin();   // now
  void sample();  // about once a second: since begin() or the last sample
  // Something that is to happen every `period` on this thread has happened so late. What has fallen out meanwhile would have been late,
  // too.
  void tick(std::chrono::nanoseconds late, std::chrono::nanoseconds period);

  // The same with given readings, for tests.
  void begin(const Reading& now) { last_ = now; }
  void sample(const Reading& now);

  std::chrono::duration<double> measured_time() const { return measured_; }
  std::chrono::duration<double> busy_time() const { return busy_; }        // in which it took more than kTooBusy of a core
  std::chrono::duration<double> waiting_time() const { return waiting_; }  // for a processor
  const metrics::Histogram& lag() const { return lag_; }                   // microseconds

 private:
  Reading last_;
  std::chrono::duration<double> measured_{};
  std::chrono::duration<double> busy_{};
  std::chrono::duration<double> waiting_{};
  metrics::Histogram lag_;
};

}  // namespace loads::user
