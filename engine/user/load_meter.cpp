#include "engine/user/load_meter.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <ctime>

#include "common/descriptor.h"

namespace loads::user {
namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The second number of schedstat (Documentation/scheduler/sched-stats.rst of Linux); 0 where the kernel has no such file.
std::chrono::nanoseconds read_waiting() {
  char text[128];
  const Descriptor file(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
  const ssize_t length = file.get() < 0 ? 0 : ::read(file.get(), text, sizeof text);
  std::int64_t number = 0;
  const char* const end = text + (length > 0 ? length : 0);
  const auto ran = std::from_chars(text, end, number);
  if (ran.ec != std::errc() || ran.ptr == end) return {};
  const auto waited = std::from_chars(ran.ptr + 1, end, number);
  return std::chrono::nanoseconds(waited.ec == std::errc() ? number : 0);
}

LoadMeter::Reading reading() { return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_THREAD_CPUTIME_ID), read_waiting()}; }

}  // namespace

void LoadMeter::begin() { begin(reading()); }

void LoadMeter::tick(std::chrono::nanoseconds late, std::chrono::nanoseconds period) {
  do {
    lag_.record(late.count() <= 0 ? 0 : static_cast<std::uint64_t>(late.count()) / 1000);
    late -= period;
  } while (late > std::chrono::nanoseconds(0));
}

void LoadMeter::sample() { sample(reading()); }

void LoadMeter::sample(const Reading& now) {
  const std::chrono::duration<double> wall = now.wall - last_.wall;
  const std::chrono::duration<double> cpu = now.cpu - last_.cpu;
  measured_ += wall;
  if (cpu > kTooBusy * wall) busy_ += wall;
  waiting_ += now.waiting - last_.waiting;
  last_ = now;
}

}  // namespace loads::user
