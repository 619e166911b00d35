#include "engine/websocket/deflate.h"

#include <gtest/gtest.h>

#include <string>

namespace loads::websocket {
namespace {

using namespace std::string_literals;
using Result = Inflater::Result;

constexpr std::size_t kMost = 1U << 20U;

std::string packed(Deflater& deflater, std::string_view message) {
  std::string out;
  deflater.append(message, out);
  return out;
}

std::string unpacked(Inflater& inflater, std::string_view bytes, std::size_t piece = 1U << 20U) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    EXPECT_EQ(inflater.append(bytes.substr(0, piece), kMost, out), Result::done);
  }
  EXPECT_EQ(inflater.end_message(kMost, out), Result::done);
  return out;
}

TEST(Deflate, TheStandardsExamplesAreUnpacked) {
  // RFC 7692, 7.2.3: one block, a second message that refers to the first, a stored block, and one that is marked as the last.
  Inflater inflater(15, true);
  EXPECT_EQ(unpacked(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
  EXPECT_EQ(unpacked(inflater, "\xf2\x00\x11\x00\x00"s), "Hello");
  Inflater stored(15, true);
  EXPECT_EQ(unpacked(stored, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s), "Hello");
  Inflater last(15, true);
  EXPECT_EQ(unpacked(last, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s), "Hello");
  EXPECT_EQ(unpacked(last, "\xf2\x48\xcd\xc9\xc9\x07\x00"s), "Hello");
}

TEST(Deflate, WhatIsPackedIsUnpackedInAnyPieces) {
  std::string random;
  for (unsigned i = 0, state = 1; i < 100'000; ++i) random += static_cast<char>((state = state * 1103515245U + 12345U) >> 16U);
  for (const bool keep : {true, false}) {
    Deflater deflater(keep);
    for (const std::size_t piece : {1U, 7U, 4096U, 1U << 20U}) {
      Inflater inflater(15, keep);
      Deflater own(keep);
      for (const std::string& message : {"Hello"s, std::string(70'000, 'x'), random, "x"s, "Hello"s}) {
        EXPECT_EQ(unpacked(inflater, packed(own, message), piece), message);
      }
    }
  }
}

TEST(Deflate, AKeptContextMakesARepeatedMessageShorter) {
  const std::string message = "a message that says what the one before it has said";
  Deflater keeping(true);
  Deflater forgetting(false);
  const std::size_t first = packed(keeping, message).size();
  EXPECT_LT(packed(keeping, message).size(), first / 4);
  packed(forgetting, message);
  EXPECT_EQ(packed(forgetting, message).size(), first);
}

TEST(Deflate, ItFitsTheSmallestWindowItPromises) {
  Deflater deflater(true);
  Inflater inflater(Deflater::kWindowBits, true);
  std::string message;
  for (int i = 0; i < 20'000; ++i) message += std::to_string(i % 977);
  EXPECT_EQ(unpacked(inflater, packed(deflater, message)), message);
}

TEST(Deflate, ABombIsNotUnpackedBeyondTheBound) {
  Deflater deflater(true);
  const std::string bomb = packed(deflater, std::string(10U << 20U, '\0'));
  ASSERT_LT(bomb.size(), 20'000U);
  Inflater inflater(15, true);
  std::string out;
  EXPECT_EQ(inflater.append(bomb, 1000, out), Result::too_large);
  EXPECT_LE(out.size(), 1000U);
}

TEST(Deflate, TheBoundItselfIsReached) {
  Deflater deflater(false);
  Inflater inflater(15, false);
  std::string out;
  EXPECT_EQ(inflater.append(packed(deflater, std::string(1000, 'x')), 1000, out), Result::done);
  EXPECT_EQ(inflater.end_message(1000, out), Result::done);
  EXPECT_EQ(out.size(), 1000U);
}

TEST(Deflate, WhatIsNotDeflatedIsCorrupt) {
  Inflater inflater(15, true);
  std::string out;
  EXPECT_EQ(inflater.append("\xff\xff\xff\xff", kMost, out), Result::corrupt);
}

}  // namespace
}  // namespace loads::websocket
