#pragma once

#include <cstdint>
#include <span>

namespace loads::journal {

// CRC-32C (Castagnoli), as iSCSI and ext4 have it: every error of up to 32 bits in a row is found. `head` and `body` count as one text.
std::uint32_t crc32c(std::span<const std::uint8_t> head, std::span<const std::uint8_t> body = {});

}  // namespace loads::journal
