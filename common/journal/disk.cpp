#include "common/journal/disk.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "common/descriptor.h"

namespace loads::journal {
namespace {

int error_of(int result) { return result == 0 ? 0 : errno; }

}  // namespace

int Disk::open(const std::filesystem::path& file, int flags) {
  const int descriptor = ::open(file.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
  return descriptor >= 0 ? descriptor : -errno;
}

std::ptrdiff_t Disk::write(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset) {
  const ssize_t written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  return written >= 0 ? written : -errno;
}

int Disk::sync(int descriptor) { return error_of(::fdatasync(descriptor)); }

int Disk::truncate(int descriptor, std::uint64_t size) { return error_of(::ftruncate(descriptor, static_cast<off_t>(size))); }

int Disk::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  return error_of(::rename(from.c_str(), to.c_str()));
}

int Disk::remove(const std::filesystem::path& file) { return error_of(::unlink(file.c_str())); }

int Disk::sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return descriptor.is_open() ? error_of(::fsync(descriptor.get())) : errno;
}

Disk& Disk::real() {
  static Disk disk;
  return disk;
}

}  // namespace loads::journal
