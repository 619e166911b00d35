#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace loads::target {

// So many places at which one piece of work each is done at a time; who comes while all are taken waits, in the order of coming. So its
// capacity is known: places / time. It keeps no queue, only when each place is free again. A pure value: told the time.
class Workshop {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Workshop(std::size_t places) : free_at_(places) {}

  // When a piece of work of that length will be done that comes now.
  Time done_at(Time now, std::chrono::milliseconds length);

 private:
  std::vector<Time> free_at_;
};

// How long a request waits for its answer that comes now. Each pair of places and length has a workshop of its own, which all servers of
// the process share. From any thread.
std::chrono::microseconds time_in_workshop(std::size_t places, std::chrono::milliseconds length);

}  // namespace loads::target
