#include "agent/work/descendants.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <system_error>

namespace loads::agent {
namespace {

namespace fs = std::filesystem;

constexpr int kMostRounds = 100;  // of looking for what was started while others were stopped

fs::path folder_of(pid_t process) { return fs::path("/proc") / std::to_string(process); }

void add_descendants(pid_t process, std::vector<pid_t>& found) {
  for (const pid_t child : children_of(process)) {
    found.push_back(child);
    add_descendants(child, found);
  }
}

}  // namespace

std::vector<pid_t> children_of(pid_t process) {
  std::vector<pid_t> children;
  std::error_code error;
  for (fs::directory_iterator task(folder_of(process) / "task", error), end; !error && task != end; task.increment(error)) {
    std::ifstream list(task->path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

std::vector<pid_t> descendants_of(pid_t process) {
  std::vector<pid_t> found;
  add_descendants(process, found);
  return found;
}

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::uint64_t own_memory(pid_t process) {
  std::ifstream statm(folder_of(process) / "statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  statm >> size >> resident >> shared;
  return (resident - std::min(resident, shared)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t fair_share_of_memory(pid_t process) {
  std::ifstream rollup(folder_of(process) / "smaps_rollup");
  for (std::string line; std::getline(rollup, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    if (words >> name >> kibibytes && name == "Pss_Anon:") return kibibytes << 10U;
  }
  return own_memory(process);  // it has ended, or lets nobody look
}

void kill_with_descendants(const std::vector<pid_t>& processes) {
  std::set<pid_t> stopped;
  for (int round = 0; round < kMostRounds; ++round) {
    const std::size_t before = stopped.size();
    for (const pid_t process : processes) {
      if (stopped.insert(process).second) ::kill(process, SIGSTOP);
      for (const pid_t descendant : descendants_of(process)) {
        if (stopped.insert(descendant).second) ::kill(descendant, SIGSTOP);
      }
    }
    if (stopped.size() == before) break;
  }
  for (const pid_t process : stopped) ::kill(process, SIGKILL);
}

}  // namespace loads::agent
