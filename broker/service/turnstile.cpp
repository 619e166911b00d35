#include "broker/service/turnstile.h"

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <limits>

namespace loads::broker {
namespace {

std::atomic<int> first_spared_descriptor{std::numeric_limits<int>::max()};

}  // namespace

void spare_descriptors(int first_spared) { first_spared_descriptor = first_spared; }

}  // namespace loads::broker

// Takes the place of the C library's, for ZeroMQ as well.
extern "C" int accept4(int listener, sockaddr* address, socklen_t* size, int flags) {
  const auto peer = static_cast<int>(::syscall(SYS_accept4, listener, address, size, flags));
  if (peer < 0) {
    if (errno == EMFILE) errno = ECONNABORTED;
    return -1;
  }
  if (peer < loads::broker::first_spared_descriptor) return peer;
  ::close(peer);
  errno = ECONNABORTED;
  return -1;
}
