#include "engine/session/challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loads::session {
namespace {

std::string shown(std::string_view text) {
  std::string out;
  for (const Challenge& challenge : parse_challenges(text)) {
    out += (out.empty() ? "" : " | ") + challenge.scheme;
    for (const auto& [name, value] : challenge.parameters) out.append(" ").append(name).append("=<").append(value).append(">");
  }
  return out;
}

TEST(Challenge, HasItsParameters) {
  EXPECT_EQ(shown("Basic realm=\"shop\""), "basic realm=<shop>");
  EXPECT_EQ(shown("DIGEST Realm = \"a, b\",nonce=abc , qop=\"auth,auth-int\", stale=TRUE"),
            "digest realm=<a, b> nonce=<abc> qop=<auth,auth-int> stale=<TRUE>");
  EXPECT_EQ(shown(R"(Digest realm="say \"hi\" \\ there", nonce="")"), R"(digest realm=<say "hi" \ there> nonce=<>)");
}

TEST(Challenge, MayBeOneOfSeveral) {
  EXPECT_EQ(shown("Negotiate, Basic realm=\"x\", charset=\"UTF-8\", Digest nonce=1"),
            "negotiate | basic realm=<x> charset=<UTF-8> | digest nonce=<1>");
  EXPECT_EQ(shown("Negotiate YII/abc==, NTLM TlRM, Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\""),
            "negotiate | ntlm | newauth realm=<apps> type=<1> title=<Login to \"apps\">");
}

TEST(Challenge, OfNonsenseThereIsNothing) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" ,,, "), "");
  EXPECT_EQ(shown("=x, \"quoted\", \xff\x80"), "");
  EXPECT_EQ(shown("Digest nonce=\"never closed"), "digest nonce=<never closed>");
  EXPECT_EQ(shown("Digest nonce=\"x\\"), "digest nonce=<x\\>");
}

TEST(Challenge, ListsAreSearchedInAnyCase) {
  EXPECT_TRUE(lists("auth-int, AUTH", "auth"));
  EXPECT_FALSE(lists("auth-int", "auth"));
  EXPECT_FALSE(lists("", "auth"));
}

}  // namespace
}  // namespace loads::session
