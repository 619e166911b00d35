#include "runner/compile/cache_folder.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <vector>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr auto kUnusedFor = std::chrono::hours(24 * 30);

std::vector<fs::path> candidates(const Environment& environment) {
  std::vector<fs::path> paths;
  const auto add = [&](std::string_view variable, const fs::path& below) {
    const auto found = environment.find(variable);
    if (found != environment.end() && fs::path(found->second).is_absolute()) paths.push_back(fs::path(found->second) / below);
  };
  add("XDG_CACHE_HOME", "loads");
  add("HOME", ".cache/loads");
  return paths;
}

// Modules are code that we run: the folder has to be ours, and nobody else may write into it.
bool is_private(const fs::path& folder) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & S_IWOTH) == 0;
}

bool make_usable(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return false;
  return is_private(folder) && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

fs::path make_temporary() {
  std::error_code ignored;
  std::string pattern = (fs::temp_directory_path(ignored) / "loads-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Failure(exit_code::local_resource,
                  "there is no folder to compile the test in: neither the cache nor " + pattern + " can be written. Set XDG_CACHE_HOME.",
                  "no-cache");
  }
  return pattern;
}

}  // namespace

CacheFolder::CacheFolder(const Environment& environment) {
  for (const fs::path& folder : candidates(environment)) {
    if (!make_usable(folder)) continue;
    path_ = folder;
    return;
  }
  path_ = make_temporary();
  temporary_ = true;
}

CacheFolder::~CacheFolder() {
  std::error_code ignored;
  if (temporary_ && !kept_) fs::remove_all(path_, ignored);
}

void CacheFolder::prune() const {
  std::error_code error;
  const auto limit = fs::file_time_type::clock::now() - kUnusedFor;
  for (fs::directory_iterator entry(path_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;  // another runner may be pruning too
    if (entry->last_write_time(ignored) < limit && !ignored) fs::remove_all(entry->path(), ignored);
  }
}

}  // namespace loads::runner
