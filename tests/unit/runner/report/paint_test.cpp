#include "runner/report/paint.h"

#include <gtest/gtest.h>

namespace loads::runner {
namespace {

TEST(Paint, IsSwitchedOffByDefault) {
  EXPECT_EQ(Paint().bad("FAILED"), "FAILED");
  EXPECT_EQ(Paint(false).good("ok"), "ok");
}

TEST(Paint, EndsWhatItBegins) {
  EXPECT_EQ(Paint(true).bad("FAILED"), "\x1b[31mFAILED\x1b[0m");
  EXPECT_EQ(Paint(true).good("ok"), "\x1b[32mok\x1b[0m");
  EXPECT_EQ(Paint(true).doubtful("!"), "\x1b[33m!\x1b[0m");
}

TEST(Paint, DoesNotPaintNothing) { EXPECT_EQ(Paint(true).bad(""), ""); }

}  // namespace
}  // namespace loads::runner
