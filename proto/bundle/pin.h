#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "proto/bundle/file.h"

namespace loads::bundle {

// A bundle of the cache that is in use: it can be read, and no process that shares the folder removes it, until the pin is gone.
class Pin {
 public:
  Pin(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  std::uint64_t size() const { return size_; }

  // At most `size` bytes from `offset` on: fewer at the end, none beyond it. Nothing when the disk cannot be read.
  std::optional<std::vector<std::uint8_t>> read_chunk(std::uint64_t offset, std::size_t size) const;

 private:
  File file_;  // with a shared lock
  std::uint64_t size_;
};

// Pins the file and marks it as used now. Nothing when there is none, or it is being removed.
std::optional<Pin> pin_file(const std::filesystem::path& path);

// Removes the file unless it is pinned. Whether it is gone.
bool remove_unpinned(const std::filesystem::path& path);

// Locks what has just been made, as a pin does. False when another process has removed it before that.
bool keep_from_removal(const File& file);

}  // namespace loads::bundle
