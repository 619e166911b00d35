#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "observer/tell.h"

namespace loads::observer {

struct Telling {
  proto::Observer observer;
  RunEnd end;
};

// What came of a telling.
struct Told {
  std::string run;
  std::string state;    // of its end
  std::string trouble;  // why the observer was given up; empty: it knows
};

// Tells observers on threads of its own, some at a time, each again after a while when it could not be told: four times, for a minute at
// most. Used by one thread, which is never kept waiting. The destructor gives up what is not told yet, within a moment.
class Teller {
 public:
  Teller() = default;
  ~Teller();
  Teller(const Teller&) = delete;
  Teller& operator=(const Teller&) = delete;

  void add(Telling telling);
  std::vector<Told> take();     // what was told, or given up, since the last time
  std::size_t pending() const;  // added, and not taken

 private:
  void work(const std::stop_token& stop);
  void tell_patiently(const Telling& telling, const std::stop_token& stop);

  mutable std::mutex mutex_;
  std::condition_variable_any wake_up_;
  std::deque<Telling> waiting_;
  std::vector<Told> told_;
  std::size_t pending_ = 0;
  std::size_t idle_ = 0;  // threads
  std::vector<std::jthread> threads_;
};

}  // namespace loads::observer
