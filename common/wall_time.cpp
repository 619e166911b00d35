#include "common/wall_time.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace loads {
namespace {

using WallTime = std::chrono::system_clock::time_point;
using Calendar = std::tm* (*)(const std::time_t*, std::tm*);

struct Parts {
  std::chrono::seconds seconds;
  long long microseconds;   // 0 to 999999, also before 1970
};

Parts split(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto rest = std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch() - seconds);
  return {seconds, rest.count()};
}

std::string format(WallTime time, Calendar calendar, const char* pattern) {
  const std::time_t seconds = split(time).seconds.count();
  std::tm fields{};
  std::array<char, 64> buffer{};
  if (calendar(&seconds, &fields) == nullptr || std::strftime(buffer.data(), buffer.size(), pattern, &fields) == 0) {
    return std::to_string(seconds);
  }
  return buffer.data();
}

std::string fraction(WallTime time) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), ".%06lld", split(time).microseconds);
  return buffer.data();
}

}  // namespace

std::string format_local(WallTime time) { return format(time, localtime_r, "%Y-%m-%d %H:%M:%S") + fraction(time); }

std::string format_local_clock(WallTime time) { return format(time, localtime_r, "%H:%M:%S"); }

std::string format_iso_utc(WallTime time) { return format(time, gmtime_r, "%Y-%m-%dT%H:%M:%S") + fraction(time) + "Z"; }

}  // namespace loads
