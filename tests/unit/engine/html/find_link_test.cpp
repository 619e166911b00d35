#include "engine/html/find_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <loads/error.h>

#include "engine/html/pattern.h"
#include "support/client_harness.h"

namespace loads::html {
namespace {

using support::message_of;

TEST(Pattern, IsFoundAsItStands) {
  EXPECT_TRUE(Pattern("(2").is_in("Next (2)")) << "no valid expression, but a text";
  EXPECT_TRUE(Pattern("a.b*").is_in("x a.b* y"));
  EXPECT_FALSE(Pattern("(2").is_in("Next 2"));
}

TEST(Pattern, IsFoundAsAnExpression) {
  EXPECT_TRUE(Pattern("^page \\d+$").is_in("page 12"));
  EXPECT_TRUE(Pattern("n=[\\da-f]+&").is_in("n=0af&"));
  EXPECT_TRUE(Pattern("one|two").is_in("two"));
  EXPECT_TRUE(Pattern("\\bword\\b").is_in("a word."));
  EXPECT_FALSE(Pattern("^page \\d+$").is_in("page x"));
  EXPECT_FALSE(Pattern("\\\\d").is_in("1")) << "a backslash, and a d";
}

TEST(Pattern, NothingIsInEverything) {
  EXPECT_TRUE(Pattern("").is_in(""));
  EXPECT_TRUE(Pattern("").is_in("x"));
}

class FindLink : public testing::Test {
 protected:
  std::string href(const LinkQuery& query) { return find_link(links_, query, "link").href; }
  std::string error(const LinkQuery& query) {
    return message_of<AppError>([&] { href(query); });
  }

  std::vector<Link> links_{{"/a", "first", "A <b>bold</b> one"}, {"/b?x=1", "", "same"}, {"/c", "", "same"}};
};

TEST_F(FindLink, AllThatIsSaidHasToMatch) {
  EXPECT_EQ(href({.description = "bold one"}), "/a");
  EXPECT_EQ(href({.description = "<b>bold</b>"}), "/a");
  EXPECT_EQ(href({.id = "^first$"}), "/a");
  EXPECT_EQ(href({.description = "same", .href = "x=1"}), "/b?x=1");
  EXPECT_EQ(href({.description = "same", .index = 1}), "/c");
}

TEST_F(FindLink, NoneAndSeveralAreErrors) {
  EXPECT_EQ(error({.description = "bold", .href = "x=1"}), "no link matches, of 3 links on the page");
  EXPECT_EQ(error({.description = "same"}), "2 links match: /b?x=1 (same), /c (same). Say which by its index");
  EXPECT_EQ(error({.description = "same", .index = 2}), "the index 2 is too large: 2 links match, of 3 on the page");
}

}  // namespace
}  // namespace loads::html
