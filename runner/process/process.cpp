#include "runner/process/process.h"

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/failure.h"
#include "runner/process/launch.h"

namespace loads::runner {

Process::Process(const Start& start) : pid_(-1), apart_(start.apart) {
  if (const int error = launch(start, pid_); error != 0) {
    throw Failure(exit_code::local_resource, "cannot start " + start.words.front() + ": " + std::generic_category().message(error) + ".",
                  "worker-start");
  }
}

Process::~Process() {
  if (pid_ < 0 || ended()) return;
  kill();
  wait();
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), apart_(other.apart_), status_(other.status_) {}

void Process::signal(int number) const {
  if (!status_) ::kill(apart_ ? -pid_ : pid_, number);
}

void Process::kill() const { signal(SIGKILL); }

std::optional<int> Process::ended() {
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_;
}

int Process::wait() {
  int status = 0;
  while (!status_) {
    const pid_t got = ::waitpid(pid_, &status, 0);
    if (got == pid_ || (got < 0 && errno != EINTR)) status_ = status;
  }
  return *status_;
}

Descriptor Process::open_end() const { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0))); }

std::string describe_end(int status) {
  if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  return "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
}

}  // namespace loads::runner
