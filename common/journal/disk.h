#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

namespace loads::journal {

// The system calls by which a journal changes what is on disk: nothing else does, so a test that stands in for this class decides which of
// them fail, or after which of them the process dies. Each returns 0, or the errno; open and write return -errno.
class Disk {
 public:
  virtual ~Disk() = default;

  virtual int open(const std::filesystem::path& file, int flags);  // a descriptor; what is created is 0600
  virtual std::ptrdiff_t write(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset);  // bytes written, may be fewer
  virtual int sync(int descriptor);                                                                         // fdatasync
  virtual int truncate(int descriptor, std::uint64_t size);
  virtual int rename(const std::filesystem::path& from, const std::filesystem::path& to);
  virtual int remove(const std::filesystem::path& file);
  virtual int sync_folder(const std::filesystem::path& folder);  // makes the names in it durable

  static Disk& real();
};

}  // namespace loads::journal
