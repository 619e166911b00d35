#include "common/stop_signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "common/failure.h"

namespace loads {

StopSignals::StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = Descriptor(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (descriptor_.get() < 0) throw Failure(exit_code::local_resource, std::string("cannot wait for signals: ") + std::strerror(errno));
}

bool StopSignals::came() {
  signalfd_siginfo info{};
  bool any = false;
  while (::read(descriptor_.get(), &info, sizeof info) > 0) any = true;
  return any;
}

}  // namespace loads
