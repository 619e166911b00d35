#pragma once

#include <cstddef>
#include <cstdint>

// How large a bundle may be. Both sides know these numbers: the packer refuses with a Failure what the unpacker would refuse.
namespace loads::bundle {

inline constexpr std::size_t kMaxPacked = std::size_t{64} << 20;  // bytes of a whole bundle
inline constexpr std::size_t kMaxFiles = 10'000;
inline constexpr std::size_t kMaxPath = 512;       // bytes
inline constexpr std::size_t kMaxName = 255;       // bytes of one component of a path: what Linux's file systems take
inline constexpr std::size_t kMaxDepth = 32;       // components of a path
inline constexpr std::size_t kChunk = 256 * 1024;  // bytes that travel in one message

}  // namespace loads::bundle
