#pragma once

#include <cstdint>

namespace loads::proto {

// The version of the protocol (PROTOCOL.md). Peers of different majors do not work together; a minor adds fields and messages that an older
// peer ignores.
inline constexpr std::uint32_t kMajor = 1;
inline constexpr std::uint32_t kMinor = 2;

}  // namespace loads::proto
