#include "proto/bundle/file.h"

#include <algorithm>
#include <cerrno>

namespace loads::bundle {
namespace {

// What is read at once, so that a large `size` takes no more memory than the file has bytes.
constexpr std::size_t kPiece = 1 << 20;

}  // namespace

bool File::write_at(std::uint64_t offset, Bytes bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return true;
}

std::optional<std::vector<std::uint8_t>> File::read_at(std::uint64_t offset, std::size_t size) const {
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min(kPiece, size - before));
    const ssize_t got = ::pread(get(), bytes.data() + before, bytes.size() - before, static_cast<off_t>(offset + before));
    const int error = errno;
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    if (got < 0 && error != EINTR) return std::nullopt;
  }
  return bytes;
}

}  // namespace loads::bundle
