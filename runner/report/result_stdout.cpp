#include "runner/report/result_stdout.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <system_error>

#include "common/descriptor.h"
#include "common/failure.h"

namespace loads::runner {
namespace {

Descriptor& reserved() {
  static Descriptor descriptor;
  return descriptor;
}

void redirect(int to) {
  std::cout.flush();
  std::fflush(stdout);
  if (::dup2(to, STDOUT_FILENO) >= 0) return;
  throw Failure(exit_code::local_resource, std::string("cannot redirect stdout: ") + std::generic_category().message(errno) + ".");
}

}  // namespace

void reserve_stdout() {
  reserved() = Descriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (reserved().is_open()) redirect(STDERR_FILENO);
}

void give_stdout_back() {
  if (reserved().is_open()) redirect(reserved().get());
  reserved().reset();
}

}  // namespace loads::runner
