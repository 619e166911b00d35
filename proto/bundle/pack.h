#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace loads::bundle {

// A file on its way into a bundle.
struct Entry {
  std::string path;              // in the bundle
  std::filesystem::path source;  // on the disk; a link is followed
};

struct Packed {
  std::vector<std::uint8_t> bytes;
  std::string sha256;  // of the bytes: the bundle's name
};

// The files as one byte string (container.h), in memory. It depends on their paths, contents and whether their owner may execute them, and
// on nothing else. An entry that is given twice is packed once. Called by the runner, before anything is sent; what cannot be packed is a
// Failure(usage) that names the file.
Packed pack(std::vector<Entry> entries);

}  // namespace loads::bundle
