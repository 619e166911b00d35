#include "common/journal/crc32c.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <cstddef>

namespace loads::journal {
namespace {

// The library counts lengths as int, and does not complement.
std::uint32_t add(std::span<const std::uint8_t> bytes, std::uint32_t crc) {
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min<std::size_t>(bytes.size(), std::size_t{1} << 30));
    crc = ::crc32_iscsi(const_cast<std::uint8_t*>(part.data()), static_cast<int>(part.size()), crc);  // it only reads them
    bytes = bytes.subspan(part.size());
  }
  return crc;
}

}  // namespace

std::uint32_t crc32c(std::span<const std::uint8_t> head, std::span<const std::uint8_t> body) {
  return ~add(body, add(head, ~std::uint32_t{0}));
}

}  // namespace loads::journal
