#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The one byte string that a bundle is while it travels. All numbers are little-endian; FORMAT.md is the specification.
//
//   magic      8 bytes  "LOADSBND"
//   version    u32      1
//   count      u32      files that follow, sorted by path
//   per file:  u16 bytes of the path | u8 1 for an executable, else 0 | u64 bytes of the contents | the path | the contents
//
// The same files always give the same bytes, and other bytes are refused: a bundle's sha256 is its name.
namespace loads::bundle {

using Bytes = std::span<const std::uint8_t>;

// A file in a bundle. Points into the bundle's bytes.
struct Item {
  std::string_view path;
  bool executable = false;
  Bytes contents;
};

// Files of a bundle, or why its bytes are none.
struct Container {
  std::vector<Item> items;  // sorted by path
  std::string error;        // empty: these are all
  explicit operator bool() const { return error.empty(); }
};

// Checks everything there is to check: what it returns can be written to a folder. Hostile bytes are refused, and nothing is allocated for
// sizes that they merely claim.
Container decode(Bytes bytes);

// Writes the bytes. Of good paths, added in their order.
class ContainerWriter {
 public:
  explicit ContainerWriter(std::uint32_t count);
  void add(const Item& item);
  std::size_t size() const { return bytes_.size(); }
  static std::size_t size_of(const Item& item);  // what add() adds
  std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace loads::bundle
