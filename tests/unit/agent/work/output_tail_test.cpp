#include "agent/work/output_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace loads::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(OutputTail, GivesTheLinesThatAreNotEmpty) {
  OutputTail tail;
  EXPECT_THAT(tail.lines(), IsEmpty());
  tail.add("\none\ntw");
  tail.add("o\n\nthree");
  EXPECT_THAT(tail.lines(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(tail.dropped(), 0U);
}

TEST(OutputTail, KeepsTheEndOfAFloodAndCountsTheRest) {
  OutputTail tail;
  for (int i = 0; i < 1000; ++i) tail.add(std::string(1023, 'x') + "\n");
  tail.add("the end");
  EXPECT_EQ(tail.dropped(), 1000U * 1024 + 7 - OutputTail::kKept);
  EXPECT_EQ(tail.lines().back(), "the end");
  std::size_t kept = 0;
  for (const auto line : tail.lines()) kept += line.size() + 1;
  EXPECT_LE(kept, OutputTail::kKept + 1);
}

TEST(OutputTail, OnePieceMayBeLargerThanWhatIsKept) {
  OutputTail tail;
  tail.add(std::string(10 * OutputTail::kKept, 'y') + "\nlast");
  EXPECT_EQ(tail.dropped(), 9 * OutputTail::kKept + 5);
  EXPECT_EQ(tail.lines().back(), "last");
}

TEST(OutputTail, TheLastWordsAreNoFramesOfABacktrace) {
  OutputTail tail;
  EXPECT_EQ(tail.last_words(), "");
  tail.add("hello\ninternal error: abort\n/usr/bin/loads-runner(+0x1f2)[0x55d0aa]\n/lib/libc.so.6(abort+0xd3)[0x7f12]\n");
  EXPECT_EQ(tail.last_words(), "internal error: abort");
}

}  // namespace
}  // namespace loads::agent
