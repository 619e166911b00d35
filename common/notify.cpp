#include "common/notify.h"

#include <systemd/sd-daemon.h>

#include <cstdint>

namespace loads {
namespace {

void tell(const std::string& state) { ::sd_notify(0, state.c_str()); }

}  // namespace

Notify::Notify() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) > 0) period_ = std::chrono::microseconds(microseconds / 2);
}

void Notify::ready() { tell("READY=1"); }

void Notify::stopping() { tell("STOPPING=1"); }

void Notify::status(const std::string& line) {
  if (line == status_) return;
  status_ = line;
  tell("STATUS=" + line);
}

void Notify::alive(Clock::time_point now) {
  if (!period_ || now < next_) return;
  next_ = now + *period_;
  tell("WATCHDOG=1");
}

}  // namespace loads
