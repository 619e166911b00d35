#include "examples/target/workshop.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace loads::target {

Workshop::Time Workshop::done_at(Time now, std::chrono::milliseconds length) {
  const auto place = std::min_element(free_at_.begin(), free_at_.end());
  *place = std::max(*place, now) + length;
  return *place;
}

std::chrono::microseconds time_in_workshop(std::size_t places, std::chrono::milliseconds length) {
  static std::mutex mutex;
  static std::map<std::pair<std::size_t, std::chrono::milliseconds>, Workshop> workshops;
  const std::lock_guard lock(mutex);
  const auto now = std::chrono::steady_clock::now();
  Workshop& workshop = workshops.try_emplace({places, length}, places).first->second;
  return std::chrono::ceil<std::chrono::microseconds>(workshop.done_at(now, length) - now);
}

}  // namespace loads::target
