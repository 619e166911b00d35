#include "runner/worker/wake_up.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

#include "common/failure.h"

namespace loads::runner {

WakeUp::WakeUp() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_.get() < 0) throw Failure(exit_code::local_resource, "eventfd: " + std::generic_category().message(errno) + ".");
}

void WakeUp::call() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

bool WakeUp::take() const {
  std::uint64_t count = 0;
  return ::read(event_.get(), &count, sizeof count) == static_cast<ssize_t>(sizeof count);
}

}  // namespace loads::runner
