// Preloaded into a process: its wall clock differs from the machine's by the seconds that the file $FAULT_WALL_CLOCK holds (eight bytes),
// and changes when they do. The monotonic clock is left alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

std::int64_t difference() {
  static const auto* const seconds = [] {
    const char* file = std::getenv("FAULT_WALL_CLOCK");
    const int descriptor = file == nullptr ? -1 : ::open(file, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) std::abort();  // a clock that cannot be moved would prove nothing
    void* const mapped = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (mapped == MAP_FAILED) std::abort();
    return static_cast<const std::atomic<std::int64_t>*>(mapped);
  }();
  return seconds->load(std::memory_order_relaxed);
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static const auto real = reinterpret_cast<decltype(&::clock_gettime)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += difference();
  return result;
}

extern "C" int gettimeofday(timeval* time, void* zone) noexcept {
  static const auto real = reinterpret_cast<decltype(&::gettimeofday)>(::dlsym(RTLD_NEXT, "gettimeofday"));
  const int result = real(time, zone);
  if (result == 0) time->tv_sec += difference();
  return result;
}

extern "C" time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
