#pragma once

#include <chrono>

namespace loads::user {

// How long a thread was too busy to be punctual. Sampled about once a second on that thread.
class CpuMeter {
 public:
  static constexpr double kTooBusy = 0.9;  // share of a core

  void begin();   // now
  void sample();  // since begin() or the last sample
  std::chrono::duration<double> busy_time() const { return busy_; }

  // The same with given readings, for tests.
  void sample(std::chrono::nanoseconds wall, std::chrono::nanoseconds cpu);

 private:
  std::chrono::nanoseconds wall_{};
  std::chrono::nanoseconds cpu_{};
  std::chrono::duration<double> busy_{};
};

}  // namespace loads::user
