#include "common/journal/crc32c.h"

#include <gtest/gtest.h>

#include <array>

#include "unit/common/journal/journal_folder.h"

namespace loads::journal {
namespace {

// The values of RFC 3720, B.4, and the usual check value.
TEST(Crc32c, GivesTheKnownValues) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c(std::array<std::uint8_t, 32>{}), 0x8A9136AAu);
  EXPECT_EQ(crc32c({}), 0u);
}

TEST(Crc32c, TwoPartsCountAsOneText) { EXPECT_EQ(crc32c(bytes_of("1234"), bytes_of("56789")), crc32c(bytes_of("123456789"))); }

}  // namespace
}  // namespace loads::journal
