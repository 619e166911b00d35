#include "agent/work/worker_launch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/work/worker_environment.h"
#include "agent/work/worker_process.h"
#include "common/failure.h"

namespace loads::agent {
namespace {

// What the child needs, made before the fork: after it nothing may be allocated, other threads of the agent may have held the allocator.
struct Child {
  std::string runner;
  std::string folder;
  std::vector<std::string> environment;
  std::vector<char*> arguments;
  std::vector<char*> variables;
  rlim_t largest_file = RLIM_INFINITY;
  rlim_t address_space = RLIM_INFINITY;
  int socket = -1;
  int output = -1;
  int trouble = -1;  // where the child says what went wrong; closed by exec
  pid_t parent = -1;
};

// What the child could not do.
struct Trouble {
  int step = 0;
  int error = 0;
};
constexpr const char* kSteps[] = {"exec", "setsid", "prctl", "setrlimit", "redirect", "chdir"};
enum Step : int { kExec, kSession, kPrivileges, kLimits, kRedirect, kFolder };

[[noreturn]] void fail(const std::string& what, int error) {
  throw Failure(exit_code::local_resource, "cannot start a worker: " + what + ": " + std::generic_category().message(error),
                "worker-start");
}

// Not one of the three standard descriptors, which the child replaces.
Descriptor above_standard(int descriptor) {
  Descriptor given(descriptor);
  if (descriptor > STDERR_FILENO || descriptor < 0) return given;
  return Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

std::pair<Descriptor, Descriptor> make_sockets() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail("socketpair", errno);
  return {above_standard(ends[0]), above_standard(ends[1])};
}

std::pair<Descriptor, Descriptor> make_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("pipe", errno);
  return {above_standard(ends[0]), above_standard(ends[1])};
}

// From here on in the child: only what POSIX allows between fork() and exec() of a process with threads.

[[noreturn]] void give_up(const Child& child, Step step) {
  const Trouble trouble{step, errno};
  static_cast<void>(!::write(child.trouble, &trouble, sizeof trouble));
  ::_exit(127);
}

bool limit(decltype(RLIMIT_CORE) resource, rlim_t most) {
  rlimit now{};
  if (::getrlimit(resource, &now) != 0) return false;
  const rlim_t value = std::min(most, now.rlim_max);
  const rlimit limited{value, value};
  return ::setrlimit(resource, &limited) == 0;
}

void reset_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool redirect(const Child& child) {
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) return false;
  if (::dup2(child.output, STDOUT_FILENO) < 0 || ::dup2(child.output, STDERR_FILENO) < 0) return false;
  // Whatever a library of the agent has opened without care stays with the agent.
  static_cast<void>(::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC));
  return ::fcntl(child.socket, F_SETFD, 0) == 0;
}

[[noreturn]] void become_worker(const Child& child) {
  if (::setsid() < 0) give_up(child, kSession);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) give_up(child, kPrivileges);
  if (::getppid() != child.parent) ::_exit(127);  // the agent died before the line above
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) give_up(child, kPrivileges);
  if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, child.largest_file) || !limit(RLIMIT_AS, child.address_space)) give_up(child, kLimits);
  reset_signals();
  if (!redirect(child)) give_up(child, kRedirect);
  if (::chdir(child.folder.c_str()) != 0) give_up(child, kFolder);
  ::execve(child.runner.c_str(), child.arguments.data(), child.variables.data());
  give_up(child, kExec);
}

// Until the child has become the worker, or has said why not.
void await_exec(pid_t pid, const Descriptor& trouble_pipe, const WorkerSpawn& spawn) {
  Trouble trouble;
  ssize_t got = -1;
  do {
    got = ::read(trouble_pipe.get(), &trouble, sizeof trouble);
  } while (got < 0 && errno == EINTR);
  if (got == 0) return;
  ::waitpid(pid, nullptr, 0);
  const std::string object = trouble.step == kExec     ? " " + spawn.runner.string()
                             : trouble.step == kFolder ? " " + spawn.folder.string()
                                                       : "";
  fail(kSteps[trouble.step] + object, trouble.error);
}

void prepare(Child& child, std::vector<std::string>& words, const WorkerSpawn& spawn) {
  child.runner = spawn.runner.string();
  child.folder = spawn.folder.string();
  child.environment = worker_environment(own_environment());
  child.environment.push_back("LOADS_WORKER_SOCKET=" + std::to_string(child.socket));
  if (!spawn.black_box.empty()) child.environment.push_back("LOADS_BLACK_BOX=" + spawn.black_box.string());
  std::string rules;
  for (const std::string& rule : spawn.allow_targets) rules += rule + "\n";
  child.environment.push_back("LOADS_ALLOW_TARGETS=" + rules);
  if (!spawn.python.empty()) child.environment.push_back("LOADS_PYTHON=" + spawn.python);
  child.arguments = pointers_to(words);
  child.variables = pointers_to(child.environment);
  child.largest_file = spawn.largest_file;
  if (spawn.address_space > 0) child.address_space = spawn.address_space;
  child.parent = ::getpid();
}

}  // namespace

Launched launch_worker(const WorkerSpawn& spawn) {
  auto [our_socket, its_socket] = make_sockets();
  auto [our_output, its_output] = make_pipe();
  auto [our_trouble, its_trouble] = make_pipe();
  Child child;
  child.socket = its_socket.get();
  child.output = its_output.get();
  child.trouble = its_trouble.get();
  std::vector<std::string> words{"loads-runner", "--worker"};
  prepare(child, words, spawn);
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork", errno);
  if (pid == 0) become_worker(child);
  its_trouble = Descriptor();  // or its end would never be seen
  await_exec(pid, our_trouble, spawn);
  ::fcntl(our_output.get(), F_SETFL, O_NONBLOCK);
  return {pid, std::move(our_socket), std::move(our_output)};
}

}  // namespace loads::agent
