#include "agent/work/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "agent/work/worker_launch.h"
#include "common/failure.h"

namespace loads::agent {
namespace {

constexpr std::size_t kRead = std::size_t{64} * 1024;
constexpr int kReadsAtOnce = 4;  // a test that prints without end does not keep the agent from its other work
constexpr std::size_t kMostWords = 500;

std::string words_of(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::sigabbrev_np(WTERMSIG(status));
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(WTERMSIG(status));
  }
  return "exit code " + std::to_string(WEXITSTATUS(status));
}

Descriptor end_of(pid_t pid) { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

}  // namespace

std::filesystem::path find_runner() {
  if (const char* named = std::getenv("LOADS_RUNNER"); named != nullptr && *named != '\0') return named;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path() / "loads-runner";
}

WorkerProcess::WorkerProcess(const WorkerSpawn& spawn_in) : stream_(spawn(spawn_in)), end_(end_of(pid_)) {}

Descriptor WorkerProcess::spawn(const WorkerSpawn& spawn) {
  Launched launched = launch_worker(spawn);
  pid_ = launched.pid;
  output_ = std::move(launched.output);
  return std::move(launched.socket);
}

WorkerProcess::~WorkerProcess() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void WorkerProcess::read_output() {
  std::array<char, kRead> buffer;
  for (int i = 0; i < kReadsAtOnce && output_.is_open(); ++i) {
    const ssize_t got = ::read(output_.get(), buffer.data(), buffer.size());
    if (got > 0) {
      tail_.add({buffer.data(), static_cast<std::size_t>(got)});
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      output_ = Descriptor();
    } else {
      return;
    }
  }
}

bool WorkerProcess::has_ended() const {
  if (pid_ < 0) return true;
  siginfo_t info{};
  // It stays a zombie, so that its number, and that of its process group, is nobody else's yet.
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
}

void WorkerProcess::kill(std::string_view why) {
  if (pid_ < 0) return;
  if (killed_because_.empty()) killed_because_ = why;
  ::kill(-pid_, SIGKILL);
}

std::string WorkerProcess::reap() {
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  read_output();
  output_ = Descriptor();  // a child that has left the group may hold the other end
  const bool killed_by_us = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !killed_because_.empty();
  if (killed_by_us) return killed_because_;
  std::string words = words_of(status);
  const std::string_view last = WIFEXITED(status) ? tail_.last_words().substr(0, kMostWords) : std::string_view();
  return last.empty() ? words : words + ": " + std::string(last);
}

}  // namespace loads::agent
