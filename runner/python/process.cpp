#include "runner/python/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/failure.h"

extern char** environ;

namespace loads::runner {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string_view name_in(std::string_view variable) { return variable.substr(0, variable.find('=')); }

std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> all = variables;
  for (char** own = environ; *own != nullptr; ++own) {
    const auto replaced = [&](const std::string& given) { return name_in(given) == name_in(*own); };
    if (std::none_of(variables.begin(), variables.end(), replaced)) all.emplace_back(*own);
  }
  return all;
}

// The signals that this process ignores or has blocked for its own purposes are the child's business.
class Attributes {
 public:
  explicit Attributes(Process::Interrupts interrupts) {
    sigset_t blocked, usual;
    ::sigemptyset(&blocked);
    if (interrupts == Process::Interrupts::blocked) {
      ::sigaddset(&blocked, SIGINT);
      ::sigaddset(&blocked, SIGTERM);
    }
    ::sigemptyset(&usual);
    ::sigaddset(&usual, SIGPIPE);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &blocked);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

class Actions {
 public:
  Actions() { ::posix_spawn_file_actions_init(&actions_); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  // A descriptor that is copied to itself loses its close-on-exec (POSIX, posix_spawn_file_actions_adddup2).
  void keep(int descriptor) { ::posix_spawn_file_actions_adddup2(&actions_, descriptor, descriptor); }
  void silence() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_addopen(&actions_, stream, "/dev/null", O_RDWR, 0);
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

int spawn(pid_t& pid, std::vector<std::string> words, std::vector<std::string> environment, const Actions& actions,
          Process::Interrupts interrupts = Process::Interrupts::usual) {
  const Attributes attributes(interrupts);
  const std::vector<char*> arguments = pointers_to(words);
  const std::vector<char*> variables = pointers_to(environment);
  return ::posix_spawn(&pid, words.front().c_str(), actions.get(), attributes.get(), arguments.data(), variables.data());
}

}  // namespace

Process::Process(const std::vector<std::string>& words, const std::vector<std::string>& variables, const Descriptor& inherited,
                 Interrupts interrupts)
    : pid_(-1) {
  Actions actions;
  actions.keep(inherited.get());
  if (const int error = spawn(pid_, words, environment_with(variables), actions, interrupts); error != 0) {
    throw Failure(exit_code::local_resource, "cannot start " + words.front() + ": " + std::generic_category().message(error) + ".",
                  "worker-start");
  }
}

Process::~Process() {
  if (pid_ < 0 || ended()) return;
  kill();
  wait();
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

void Process::kill() const {
  if (!status_) ::kill(pid_, SIGKILL);
}

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

std::string describe_end(int status) {
  if (WIFEXITED(status)) return "exit code " + std::to_string(WEXITSTATUS(status));
  return "signal " + std::to_string(WTERMSIG(status)) + " (" + ::strsignal(WTERMSIG(status)) + ")";
}

int exit_code_of(const std::vector<std::string>& words) {
  pid_t pid = -1;
  Actions actions;
  actions.silence();
  if (spawn(pid, words, environment_with({}), actions) != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace loads::runner
