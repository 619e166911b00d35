#include "engine/session/netrc.h"

#include <gtest/gtest.h>

#include "common/failure.h"

namespace loads::session {
namespace {

std::string found(std::string_view text, const std::string& host) {
  const Netrc netrc = Netrc::parse(text, "netrc");
  const auto* entry = netrc.find(host);
  return entry == nullptr ? "nothing" : entry->login + ":" + entry->password;
}

std::string complaint(std::string_view text) {
  try {
    Netrc::parse(text, "netrc");
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::usage);
    return failure.what();
  }
  return "none";
}

TEST(Netrc, HasAnEntryForAHost) {
  constexpr const char* kText = "machine x.org login anna password secret\nmachine y.org\n\tuser bert\r\n\tpassword \"two words\\\"\"\n";
  EXPECT_EQ(found(kText, "x.org"), "anna:secret");
  EXPECT_EQ(found(kText, "y.org"), "bert:two words\"");
  EXPECT_EQ(found(kText, "z.org"), "nothing");
}

TEST(Netrc, HasADefault) {
  constexpr const char* kText = "machine x.org login anna password secret default login any password word";
  EXPECT_EQ(found(kText, "x.org"), "anna:secret");
  EXPECT_EQ(found(kText, "z.org"), "any:word");
}

TEST(Netrc, TheAccountStandsInForALogin) {
  EXPECT_EQ(found("machine x account acc password p", "x"), "acc:p");
  EXPECT_EQ(found("machine x account acc login l password p", "x"), "l:p");
}

TEST(Netrc, PassesOverCommentsAndMacros) {
  constexpr const char* kText =
      "# machine x login wrong\n"
      "#machine x login wrong\n"
      "macdef init\ncd /pub\nmachine x login wrong\n\n"
      "machine x # here\n login a#b\n # there\n password #p\n";
  EXPECT_EQ(found(kText, "x"), "a#b:#p");
  EXPECT_EQ(found("macdef last\nls", "x"), "nothing");
}

TEST(Netrc, TheLastOfAHostCounts) { EXPECT_EQ(found("machine x login a password b machine x login c", "x"), "c:"); }

TEST(Netrc, NamesTheLineThatIsWrong) {
  EXPECT_EQ(complaint(""), "none");
  EXPECT_EQ(complaint("machine x login a\n\nsecret word"), "netrc:3: \"machine\", \"default\" or \"macdef\" is expected");
  EXPECT_EQ(complaint("machine x\nlogin"), "netrc:2: the login is missing");
  EXPECT_EQ(complaint("machine"), "netrc:1: the machine's name is missing");
  EXPECT_EQ(complaint("machine x password \"abc"), "netrc:1: a quote is not closed");
}

}  // namespace
}  // namespace loads::session
