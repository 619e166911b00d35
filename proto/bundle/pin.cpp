#include "proto/bundle/pin.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace loads::bundle {
namespace {

// Who removes a file has it locked for itself alone, so whoever has a lock and finds a link to the file knows that it stays. Nobody waits
// for a lock: the other one may be a process that is stopped.
bool lock(const File& file, int kind) {
  struct stat status {};
  return file && ::flock(file.get(), kind | LOCK_NB) == 0 && ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_nlink > 0;
}

File open_to_read(const std::filesystem::path& path) { return File(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)); }

}  // namespace

std::optional<std::vector<std::uint8_t>> Pin::read_chunk(std::uint64_t offset, std::size_t size) const {
  if (offset >= size_) return std::vector<std::uint8_t>();
  return file_.read_at(offset, static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset)));
}

std::optional<Pin> pin_file(const std::filesystem::path& path) {
  File file = open_to_read(path);
  struct stat status {};
  if (!lock(file, LOCK_SH) || ::fstat(file.get(), &status) != 0) return std::nullopt;
  ::futimens(file.get(), nullptr);
  return Pin(std::move(file), static_cast<std::uint64_t>(status.st_size));
}

bool remove_unpinned(const std::filesystem::path& path) {
  const File file = open_to_read(path);
  return lock(file, LOCK_EX) && ::unlink(path.c_str()) == 0;
}

bool keep_from_removal(const File& file) { return lock(file, LOCK_SH); }

}  // namespace loads::bundle
