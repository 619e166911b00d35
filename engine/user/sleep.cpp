// The C library's sleeping functions, for test modules: std::this_thread::sleep_for() and its relatives in a test let the other virtual
// users of the thread go on. Everywhere else they do what they always did.

#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include <loads/export.h>

#include "engine/user/standalone.h"
#include "engine/user/virtual_user.h"

namespace {

// Who is to sleep: the virtual user that runs on this thread, or in a test that is run alone its user, when web sockets are to be served
// meanwhile.
loads::user::VirtualUser* sleeper() {
  if (auto* user = loads::user::VirtualUser::current()) return user;
  auto* alone = loads::user::known_standalone_user();
  return alone != nullptr && alone->has_sockets() ? alone : nullptr;
}

// False when there is none.
bool sleep_as_user(const timespec& time) {
  auto* user = sleeper();
  if (user == nullptr) return false;
  user->sleep_for(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  return true;
}

using ClockNanosleep = int (*)(clockid_t, int, const timespec*, timespec*);

ClockNanosleep real_clock_nanosleep() {
  static const auto real = reinterpret_cast<ClockNanosleep>(dlsym(RTLD_NEXT, "clock_nanosleep"));
  return real;
}

}  // namespace

extern "C" {

LOADS_API int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec* left) {
  if (flags == 0 && sleep_as_user(*time)) return 0;
  return real_clock_nanosleep()(clock, flags, time, left);
}

LOADS_API int nanosleep(const timespec* time, timespec* left) {
  if (sleep_as_user(*time)) return 0;
  const int error = real_clock_nanosleep()(CLOCK_REALTIME, 0, time, left);
  if (error == 0) return 0;
  errno = error;
  return -1;
}

LOADS_API int usleep(useconds_t microseconds) {
  const timespec time{static_cast<time_t>(microseconds / 1'000'000), static_cast<long>(microseconds % 1'000'000) * 1000};
  return nanosleep(&time, nullptr);
}

LOADS_API unsigned int sleep(unsigned int seconds) {
  timespec time{static_cast<time_t>(seconds), 0};
  return nanosleep(&time, &time) == 0 ? 0 : static_cast<unsigned int>(time.tv_sec);
}

}  // extern "C"
