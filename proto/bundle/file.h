#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/descriptor.h"
#include "proto/bundle/container.h"

namespace loads::bundle {

// An open file or folder, closed at the end.
class File {
 public:
  File() = default;
  explicit File(int descriptor) : descriptor_(descriptor) {}

  int get() const { return descriptor_.get(); }
  explicit operator bool() const { return descriptor_.is_open(); }

  // Both go on where a signal or the file system stops half-way; errno says what the trouble was.
  bool write_at(std::uint64_t offset, Bytes bytes) const;
  std::optional<std::vector<std::uint8_t>> read_at(std::uint64_t offset, std::size_t size) const;  // fewer where the file ends

 private:
  Descriptor descriptor_;
};

}  // namespace loads::bundle
