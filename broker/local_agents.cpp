#include "broker/local_agents.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <string>

#include "common/failure.h"
#include "common/log.h"
#include "common/replace_file.h"

namespace loads::broker {
namespace {

std::filesystem::path agent_executable() {
  const auto path = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "loads-agent";
  if (std::filesystem::exists(path)) return path;
  throw Failure(exit_code::local_resource, "--local-agents: there is no " + path.string() + ".", "local-agents");
}

// Whether the process is still the agent that it was.
bool is_agent(pid_t pid) {
  std::error_code ignored;
  const auto executable = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", ignored);
  return executable.filename() == "loads-agent";
}

std::vector<pid_t> living(const std::filesystem::path& list) {
  std::vector<pid_t> pids;
  std::ifstream file(list);
  for (pid_t pid = 0; file >> pid;) {
    if (pid > 1 && is_agent(pid)) pids.push_back(pid);
  }
  return pids;
}

pid_t start(const std::filesystem::path& executable, const wire::Endpoints& endpoints) {
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);  // a Ctrl-C at the broker is the broker's
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  std::string program = executable.string();
  std::string backend = "--backend=" + endpoints.backend;
  std::string orphan = "--end-without-broker=90s";
  std::array<char*, 4> arguments{program.data(), backend.data(), orphan.data(), nullptr};
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, program.c_str(), nullptr, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) throw Failure(exit_code::local_resource, "cannot start " + program + ": " + std::strerror(error) + ".", "local-agents");
  return pid;
}

}  // namespace

LocalAgents::LocalAgents(std::uint32_t count, const wire::Endpoints& endpoints, const std::filesystem::path& state)
    : list_(state / "local-agents") {
  agents_ = living(list_);
  if (!agents_.empty()) log::info(std::to_string(agents_.size()) + " local agents have outlived their broker");
  try {
    while (agents_.size() < count) {
      agents_.push_back(start(agent_executable(), endpoints));
      keep_list();
    }
  } catch (...) {
    ask_to_end();
    throw;
  }
}

// After each start: whoever is killed before it has listed its agents leaves them to nobody, beside those that the next one starts.
void LocalAgents::keep_list() const {
  std::string pids;
  for (const pid_t pid : agents_) pids += std::to_string(pid) + "\n";
  replace_file(list_, pids);
}

LocalAgents::~LocalAgents() {
  ask_to_end();
  std::error_code ignored;
  std::filesystem::remove(list_, ignored);
}

void LocalAgents::ask_to_end() const {
  for (const pid_t pid : agents_) {
    if (is_agent(pid)) ::kill(pid, SIGTERM);
  }
}

}  // namespace loads::broker
