#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace loads {

// What a service tells its manager (systemd, Type=notify): that it serves, what it is about, that it ends, and that it is alive. Without a
// manager ($NOTIFY_SOCKET) every call does nothing. What cannot be told is lost: no service ends for that. One thread.
class Notify {
 public:
  using Clock = std::chrono::steady_clock;

  Notify();

  void ready();
  void stopping();
  void status(const std::string& line);              // told when it is another one than the last
  void alive(Clock::time_point now = Clock::now());  // once a turn of the main loop: told twice in each period of the manager's watchdog

 private:
  std::optional<Clock::duration> period_;  // between two signs of life; nothing: nobody wants any
  Clock::time_point next_{};
  std::string status_;
};

}  // namespace loads
