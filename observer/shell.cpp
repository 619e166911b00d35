#include "observer/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace loads::observer {
namespace {

constexpr std::size_t kOutputKept = 300;  // bytes, of the last that it has said
constexpr int kMostReads = 64;            // at a time: it may print for ever

// A file without a name, so that a command which does not read it holds nobody up.
Descriptor file_of(const std::string& text) {
  Descriptor file(::memfd_create("loads", MFD_CLOEXEC));
  const bool written = file.is_open() && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::lseek(file.get(), 0, SEEK_SET) == 0;
  return written ? std::move(file) : Descriptor();
}

// What the child becomes: our descriptors, no signal blocked or ignored, a session of its own.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  }
  ~SpawnAttributes() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;

  void redirect(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void close_others() { posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1); }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

Shell::Shell(const std::string& command, std::vector<std::string> environment, const std::string& input) {
  int ends[2] = {-1, -1};
  const Descriptor file = file_of(input);
  int error = file.is_open() && ::pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
  output_.reset(ends[0]);
  const Descriptor other_end(ends[1]);
  if (error == 0) {
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
    error = spawn(command, std::move(environment), file.get(), other_end.get());
  }
  if (error != 0) {
    trouble_ = std::strerror(error);
  } else {
    end_.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  }
}

Shell::~Shell() {
  if (pid_ <= 0) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);  // it may not have got as far as its own group
  wait();
}

int Shell::spawn(std::string command, std::vector<std::string> environment, int input, int output) {
  SpawnAttributes how;
  how.redirect(input, STDIN_FILENO);
  how.redirect(output, STDOUT_FILENO);
  how.redirect(output, STDERR_FILENO);
  how.close_others();  // it may outlive us: sockets that a library has opened without care are not for it
  std::array<std::string, 2> shell{"sh", "-c"};
  std::array<char*, 4> arguments{shell[0].data(), shell[1].data(), command.data(), nullptr};
  std::vector<char*> variables;
  for (std::string& variable : environment) variables.push_back(variable.data());
  variables.push_back(nullptr);
  const int error = ::posix_spawn(&pid_, "/bin/sh", how.actions(), how.attributes(), arguments.data(), variables.data());
  if (error != 0) pid_ = -1;
  return error;
}

bool Shell::has_ended(int milliseconds) {
  std::array<pollfd, 2> polled{pollfd{output_.get(), POLLIN, 0}, pollfd{end_.get(), POLLIN, 0}};
  ::poll(polled.data(), polled.size(), milliseconds);
  read_output();
  return (polled[1].revents & POLLIN) != 0;
}

int Shell::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
  pid_ = -1;
  read_output();
  return status;
}

void Shell::read_output() {
  std::array<char, 4096> part{};
  ssize_t count = -1;
  for (int i = 0; i < kMostReads && output_.is_open() && (count = ::read(output_.get(), part.data(), part.size())) > 0; ++i) {
    said_.append(part.data(), static_cast<std::size_t>(count));
    if (said_.size() > kOutputKept) said_.erase(0, said_.size() - kOutputKept);
  }
  if (count == 0) output_.reset();  // nobody can print any more, and it would be readable for ever
}

std::string Shell::last_line() const {
  const auto last = said_.find_last_not_of(" \r\n\t");
  if (last == std::string::npos) return {};
  const auto newline = said_.find_last_of('\n', last);
  const auto begin = newline == std::string::npos ? 0 : newline + 1;
  return said_.substr(begin, last - begin + 1);
}

}  // namespace loads::observer
