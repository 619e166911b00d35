#include "common/wall_time.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace loads {
namespace {

using WallTime = std::chrono::system_clock::time_point;
using Calendar = std::tm* (*)(const std::time_t*, std::tm*);

struct Parts {
  std::time_t seconds;
  long long microseconds;  // 0 to 999999, also before 1970
};

// By hand, because std::chrono::floor overflows at the ends of the range, where forged times lie.
Parts split(WallTime time) {
  constexpr long long kSecond = 1'000'000'000;
  const long long nanoseconds = std::chrono::nanoseconds(time.time_since_epoch()).count();
  const long long rest = nanoseconds % kSecond;
  return rest < 0 ? Parts{nanoseconds / kSecond - 1, (rest + kSecond) / 1000} : Parts{nanoseconds / kSecond, rest / 1000};
}

std::string format(WallTime time, Calendar calendar, const char* pattern) {
  const std::time_t seconds = split(time).seconds;
  std::tm fields{};
  std::array<char, 64> buffer{};
  calendar(&seconds, &fields);  // fails for years beyond an int only
  std::strftime(buffer.data(), buffer.size(), pattern, &fields);
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
