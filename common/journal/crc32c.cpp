#include "common/journal/crc32c.h"

#include <boost/crc.hpp>

namespace loads::journal {

std::uint32_t crc32c(std::span<const std::uint8_t> head, std::span<const std::uint8_t> body) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(head.data(), head.size());
  crc.process_bytes(body.data(), body.size());
  return crc.checksum();
}

}  // namespace loads::journal
