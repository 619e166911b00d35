#include "engine/user/one_line.h"

#include <gtest/gtest.h>

namespace loads::user {
namespace {

TEST(OneLine, OfAnEqualityShowsTheValuesBesideTheirNames) {
  EXPECT_EQ(one_line("Expected equality of these values:\n  answer.status_code()\n    Which is: 503\n  200"),
            "Expected equality of these values: answer.status_code() = 503, 200");
  EXPECT_EQ(one_line("Expected equality of these values:\n  a\n    Which is: 1\n  b\n    Which is: 2\nmore words"),
            "Expected equality of these values: a = 1, b = 2, more words");
}

TEST(OneLine, OfAPredicateKeepsItsParts) {
  EXPECT_EQ(one_line("Value of: answer.ok()\n  Actual: false\nExpected: true"), "Value of: answer.ok(), Actual: false, Expected: true");
}

TEST(OneLine, LeavesADiffOut) {
  EXPECT_EQ(one_line("Expected equality of these values:\n  \"a\\nb\"\n  \"a\\nc\"\nWith diff:\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"),
            "Expected equality of these values: \"a\\nb\", \"a\\nc\"");
}

TEST(OneLine, LeavesALineAlone) {
  EXPECT_EQ(one_line("just this"), "just this");
  EXPECT_EQ(one_line(""), "");
  EXPECT_EQ(one_line("\n\n"), "");
}

}  // namespace
}  // namespace loads::user
