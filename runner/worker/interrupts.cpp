#include "runner/worker/interrupts.h"

#include <array>
#include <csignal>
#include <cstddef>

namespace loads::runner {
namespace {

constexpr std::array<int, 2> kInterrupts{SIGINT, SIGTERM};

std::array<struct sigaction, kInterrupts.size()> before{};

void do_nothing(int) {}

bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == do_nothing;
}

}  // namespace

void ignore_interrupts() {
  struct sigaction action {};
  action.sa_handler = do_nothing;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kInterrupts.size(); ++i) {
    if (!is_ignored(kInterrupts[i])) ::sigaction(kInterrupts[i], &action, &before[i]);
  }
}

void heed_interrupts() {
  for (std::size_t i = 0; i < kInterrupts.size(); ++i) {
    if (is_ignored(kInterrupts[i])) ::sigaction(kInterrupts[i], &before[i], nullptr);
  }
}

}  // namespace loads::runner
