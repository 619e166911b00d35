#include "runner/process/launch.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include "common/descriptor.h"
#include "runner/process/process.h"

extern char** environ;

namespace loads::runner {
namespace {

std::string_view name_in(std::string_view variable) { return variable.substr(0, variable.find('=')); }

std::vector<std::string> environment_with(const std::vector<std::string>& variables) {
  std::vector<std::string> all = variables;
  for (char** own = environ; *own != nullptr; ++own) {
    const auto replaced = [&](const std::string& given) { return name_in(given) == name_in(*own); };
    if (std::none_of(variables.begin(), variables.end(), replaced)) all.emplace_back(*own);
  }
  return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// What the child needs, made before the fork: after it nothing may be allocated, other threads may have held the allocator.
struct Child {
  std::vector<char*> arguments;
  std::vector<char*> variables;
  const Start& start;
  sigset_t blocked{};
  pid_t parent = -1;
  int trouble = -1;  // where the child says what went wrong; closed by exec
};

// From here on in the child: only what may be done between fork() and exec() of a process with threads.

[[noreturn]] void give_up(const Child& child) {
  const int error = errno;
  static_cast<void>(!::write(child.trouble, &error, sizeof error));
  ::_exit(127);
}

bool read_nothing() {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  return nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0;
}

bool print_to(const char* file) {
  const int output = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  return output >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 && ::dup2(output, STDERR_FILENO) >= 0;
}

[[noreturn]] void become(const Child& child) {
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(child);
  if (::getppid() != child.parent) ::_exit(127);  // it died before the line above
  if (child.start.apart && (::setpgid(0, 0) != 0 || !read_nothing())) give_up(child);
  if (!child.start.output.empty() && (!read_nothing() || !print_to(child.start.output.c_str()))) give_up(child);
  if (child.start.inherited >= 0 && ::fcntl(child.start.inherited, F_SETFD, 0) != 0) give_up(child);
  ::signal(SIGPIPE, SIG_DFL);  // which this process ignores for its own purposes
  ::sigprocmask(SIG_SETMASK, &child.blocked, nullptr);
  ::execvpe(child.arguments[0], child.arguments.data(), child.variables.data());
  give_up(child);
}

// Until the child has become the program, or has said why not.
int await_exec(pid_t pid, const Descriptor& trouble) {
  int error = 0;
  ssize_t got = -1;
  do {
    got = ::read(trouble.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got != static_cast<ssize_t>(sizeof error)) return 0;
  ::waitpid(pid, nullptr, 0);
  return error;
}

}  // namespace

int launch(const Start& start, pid_t& pid) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return errno;
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  std::vector<std::string> words = start.words;
  std::vector<std::string> variables = environment_with(start.variables);
  Child child{pointers_to(words), pointers_to(variables), start, {}, ::getpid(), theirs.get()};
  ::sigemptyset(&child.blocked);
  if (!start.interruptible) {
    ::sigaddset(&child.blocked, SIGINT);
    ::sigaddset(&child.blocked, SIGTERM);
  }
  pid = ::fork();
  if (pid < 0) return errno;
  if (pid == 0) become(child);
  theirs.reset();  // or its end would never be seen
  const int error = await_exec(pid, ours);
  if (error != 0) pid = -1;
  return error;
}

}  // namespace loads::runner
