#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

namespace loads::runner {

// Where a process that does a share together with others waits for them between two steps (user::Part). The engine's thread waits, the
// worker's main thread opens.
class StepGate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `come` is called on the waiting thread whenever a wait begins.
  explicit StepGate(std::function<void()> come) : come_to_(std::move(come)) {}

  // Until the gate is open for `step`: when it begins. Nothing once the gate was closed for good.
  std::optional<TimePoint> await(std::uint32_t step);

  // True once for each wait that has begun: the others have to hear of it.
  bool has_come();
  void open(std::uint32_t step, TimePoint at);
  void close();

 private:
  const std::function<void()> come_to_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t open_for_ = 0;  // and all before it
  TimePoint at_{};
  bool closed_ = false;
  bool come_ = false;
};

}  // namespace loads::runner
