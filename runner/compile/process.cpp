#include "runner/compile/process.h"

#include <sys/wait.h>

#include <cerrno>
#include <system_error>

#include "runner/process/launch.h"
#include "runner/process/process.h"

namespace loads::runner {
namespace {

void check(int error, const std::string& what) {
  if (error != 0) throw std::system_error(error, std::generic_category(), what);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) check(errno, "waitpid");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

int run_process(const std::vector<std::string>& command, const std::filesystem::path& log) {
  Start start{.words = command};
  start.output = log.string();
  pid_t child = -1;
  check(launch(start, child), command.at(0));
  return wait_for(child);
}

}  // namespace loads::runner
