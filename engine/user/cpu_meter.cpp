#include "engine/user/cpu_meter.h"

#include <ctime>

namespace loads::user {
namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

void CpuMeter::begin() {
  wall_ = read_clock(CLOCK_MONOTONIC);
  cpu_ = read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void CpuMeter::sample() {
  const auto wall = read_clock(CLOCK_MONOTONIC);
  const auto cpu = read_clock(CLOCK_THREAD_CPUTIME_ID);
  sample(wall - wall_, cpu - cpu_);
  wall_ = wall;
  cpu_ = cpu;
}

void CpuMeter::sample(std::chrono::nanoseconds wall, std::chrono::nanoseconds cpu) {
  if (wall.count() > 0 && static_cast<double>(cpu.count()) > kTooBusy * static_cast<double>(wall.count())) busy_ += wall;
}

}  // namespace loads::user
