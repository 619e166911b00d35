#include "common/state_folder.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

#include "common/failure.h"
#include "common/private_folder.h"

namespace loads {
namespace {

namespace fs = std::filesystem;

constexpr int kMostSlots = 1000;

fs::path lock_file(const fs::path& folder) { return folder / "lock"; }

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

fs::path home() {
  if (const fs::path named = environment("HOME"); named.is_absolute()) return named;
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr || entry->pw_dir == nullptr ? fs::path() : fs::path(entry->pw_dir);
}

[[noreturn]] void fail_lock(const fs::path& folder, int error) {
  throw Failure(
      exit_code::local_resource,
      "cannot lock " + lock_file(folder).string() + ": " + std::generic_category().message(error) + ". Name a folder of your own.",
      "state-folder");
}

Descriptor open_lock(const fs::path& folder) {
  Descriptor file(::open(lock_file(folder).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) fail_lock(folder, errno);
  return file;
}

// Whether the lock was free.
bool lock(const Descriptor& file, const fs::path& folder) {
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) fail_lock(folder, errno);
  }
  return true;
}

// For the message of whoever comes second; a full disk is no reason not to start.
void write_pid(const Descriptor& file) {
  const std::string pid = std::to_string(::getpid()) + "\n";
  const bool written = ::ftruncate(file.get(), 0) == 0 && ::pwrite(file.get(), pid.data(), pid.size(), 0) > 0;
  static_cast<void>(written);
}

// " with pid 123", or nothing when the file does not say.
std::string holder(const fs::path& folder) {
  const Descriptor file(::open(lock_file(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  std::array<char, 32> text{};
  const ssize_t read = file.is_open() ? ::pread(file.get(), text.data(), text.size(), 0) : 0;
  const std::string_view content(text.data(), read > 0 ? static_cast<std::size_t>(read) : 0);
  const auto digits = content.substr(0, content.find_first_not_of("0123456789"));
  return digits.empty() ? std::string() : " with pid " + std::string(digits);
}

LockedFolder lock_for(const fs::path& folder, std::string_view user) {
  auto locked = LockedFolder::try_lock(folder);
  if (locked) return std::move(*locked);
  throw Failure(exit_code::local_resource,
                folder.string() + " is in use by the " + std::string(user) + holder(folder) + ". Stop it, or name another folder.",
                "in-use");
}

}  // namespace

fs::path state_folder(const fs::path& named) {
  if (!named.empty()) return named;
  // With several StateDirectory= systemd gives a list; the first is the unit's own.
  const std::string_view listed = environment("STATE_DIRECTORY");
  if (const fs::path first = listed.substr(0, listed.find(':')); first.is_absolute()) return first;
  if (const fs::path base = environment("XDG_STATE_HOME"); base.is_absolute()) return base / "loads";
  if (const fs::path base = home(); base.is_absolute()) return base / ".local/state/loads";
  throw Failure(exit_code::local_resource, "there is no folder for what has to be kept: neither XDG_STATE_HOME nor HOME is set. Name one.",
                "state-folder");
}

LockedFolder::LockedFolder(const fs::path& folder, std::string_view user) : LockedFolder(lock_for(folder, user)) {}

LockedFolder::LockedFolder(fs::path path, Descriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

std::optional<LockedFolder> LockedFolder::try_lock(const fs::path& folder) {
  fs::path path = make_private_folder(folder);
  Descriptor file = open_lock(path);
  if (!lock(file, path)) return std::nullopt;
  write_pid(file);
  return LockedFolder(std::move(path), std::move(file));
}

LockedFolder claim_slot(const fs::path& parent) {
  for (int slot = 0; slot < kMostSlots; ++slot) {
    if (auto locked = LockedFolder::try_lock(parent / std::to_string(slot))) return std::move(*locked);
  }
  throw Failure(exit_code::local_resource, "all " + std::to_string(kMostSlots) + " folders in " + parent.string() + " are in use",
                "in-use");
}

}  // namespace loads
