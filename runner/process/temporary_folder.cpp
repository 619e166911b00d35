#include "runner/process/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <system_error>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "loads-run-";
constexpr std::time_t kYoung = 60;  // seconds: its owner may not have locked it yet

// Closed: somebody has it, or it is no folder of ours.
Descriptor lock(const fs::path& folder) {
  Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor.is_open() && ::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) descriptor.reset();
  return descriptor;
}

bool is_left_behind(const fs::path& folder) {
  if (!folder.filename().string().starts_with(kPrefix)) return false;
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0 || found.st_uid != ::geteuid() || std::time(nullptr) - found.st_mtime < kYoung) return false;
  return lock(folder).is_open();
}

void remove_what_was_left(const fs::path& place) {
  std::error_code ignored;
  for (fs::directory_iterator entry(place, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    std::error_code none;
    if (is_left_behind(entry->path())) fs::remove_all(entry->path(), none);
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  const fs::path place = fs::temp_directory_path();
  remove_what_was_left(place);
  std::string name = (place / (std::string(kPrefix) + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Failure(exit_code::local_resource,
                  "cannot make a folder " + name + " for " + purpose + ": " + std::generic_category().message(errno) + ".");
  }
  path_ = name;
  lock_ = lock(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace loads::runner
