#include "runner/signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace loads::runner {

Signals::Signals(std::initializer_list<int> numbers) {
  ::sigemptyset(&set_);
  for (const int number : numbers) ::sigaddset(&set_, number);
  ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  descriptor_ = ::signalfd(-1, &set_, SFD_NONBLOCK | SFD_CLOEXEC);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Signals::~Signals() {
  while (poll()) {
  }
  ::close(descriptor_);
  ::pthread_sigmask(SIG_UNBLOCK, &set_, nullptr);
}

std::optional<int> Signals::poll() {
  signalfd_siginfo info{};
  if (::read(descriptor_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return {};
  return static_cast<int>(info.ssi_signo);
}

}  // namespace loads::runner
