#include "proto/bundle/sha256.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/proto/bundle/scratch.h"

namespace loads::bundle {
namespace {

// FIPS 180-2, appendix B.
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, IsTheStandards) {
  EXPECT_EQ(sha256_of(bytes_of("abc")), kOfAbc);
  EXPECT_EQ(sha256_of({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Sha256, PiecesMakeAWhole) {
  Sha256 sha256;
  sha256.add(bytes_of("a"));
  sha256.add({});
  sha256.add(bytes_of("bc"));
  EXPECT_EQ(sha256.finish(), kOfAbc);
}

TEST(Sha256, NamesAre64LowerCaseHexDigits) {
  EXPECT_TRUE(is_sha256(kOfAbc));
  EXPECT_FALSE(is_sha256(""));
  EXPECT_FALSE(is_sha256(std::string(63, 'a')));
  EXPECT_FALSE(is_sha256(std::string(65, 'a')));
  EXPECT_FALSE(is_sha256(std::string(64, 'A')));
  EXPECT_FALSE(is_sha256(std::string(64, 'g')));
  EXPECT_FALSE(is_sha256("../" + std::string(61, 'a')));
  EXPECT_FALSE(is_sha256(std::string(63, 'a') + '\0'));
}

}  // namespace
}  // namespace loads::bundle
