#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "proto/bundle/container.h"

namespace loads::bundle {

// An open file or folder, closed at the end.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  int get() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

  // Both go on where a signal or the file system stops half-way; errno says what the trouble was.
  bool write_at(std::uint64_t offset, Bytes bytes) const;
  std::optional<std::vector<std::uint8_t>> read_at(std::uint64_t offset, std::size_t size) const;  // fewer where the file ends

 private:
  int descriptor_ = -1;
};

}  // namespace loads::bundle
