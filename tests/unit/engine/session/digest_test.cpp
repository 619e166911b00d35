#include "engine/session/digest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loads::session {
namespace {

using testing::HasSubstr;
using testing::Not;

std::optional<Digest> digest(std::string_view challenge) { return Digest::of(parse_challenges(challenge)); }

constexpr const char* kRfc7616 =
    R"(realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS")";
constexpr const char* kCnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

std::string rfc7616_answer(const std::string& algorithm) {
  auto asked = digest(std::string("Digest ") + kRfc7616 + algorithm);
  if (!asked) return "nothing";
  return asked->answer("Mufasa", "Circle of Life", "GET", "/dir/index.html", kCnonce);
}

TEST(Digest, AnswersAsRfc7616Shows) {
  EXPECT_EQ(rfc7616_answer(", algorithm=MD5"),
            R"(Digest username="Mufasa", realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", )"
            R"(uri="/dir/index.html", response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", )"
            R"(algorithm=MD5, qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")");
  EXPECT_THAT(rfc7616_answer(", algorithm=SHA-256"),
              HasSubstr("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""));
  EXPECT_THAT(rfc7616_answer(""), Not(HasSubstr("algorithm")));
}

TEST(Digest, AnswersAsRfc2617Shows) {
  auto asked = digest(
      R"(Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41")");
  ASSERT_TRUE(asked);
  EXPECT_THAT(asked->answer("Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b"),
              HasSubstr("response=\"6629fae49393a05397450978507c4ef1\""));
}

TEST(Digest, AnswersTheOldestFormWithoutQop) {
  auto asked = digest(R"(Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093")");
  ASSERT_TRUE(asked);
  const std::string answer = asked->answer("Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b");
  EXPECT_THAT(answer, HasSubstr("response=\"670fd8c2df070c60b045671b8b24ff02\""));
  EXPECT_THAT(answer, Not(HasSubstr("nc=")));
  EXPECT_THAT(answer, Not(HasSubstr("cnonce")));
}

TEST(Digest, CountsTheUsesOfANonce) {
  auto asked = digest(R"(Digest realm="r", qop=auth, nonce="n")");
  ASSERT_TRUE(asked);
  EXPECT_THAT(asked->answer("u", "p", "GET", "/", "c"), HasSubstr("nc=00000001"));
  EXPECT_THAT(asked->answer("u", "p", "GET", "/", "c"), HasSubstr("nc=00000002"));
}

TEST(Digest, MixesTheNonceInForASession) {
  const std::string plain = rfc7616_answer(", algorithm=MD5");
  const std::string session = rfc7616_answer(", algorithm=MD5-sess");
  EXPECT_THAT(session, HasSubstr("algorithm=MD5-sess"));
  EXPECT_THAT(session, HasSubstr("response=\"e783283f46242139c486a698fec7211d\""));
  EXPECT_THAT(rfc7616_answer(", algorithm=SHA-256-SESS"), HasSubstr("response=\""));
}

TEST(Digest, HidesTheUserWhenAsked) {
  auto asked = digest(
      R"(Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true)");
  ASSERT_TRUE(asked);
  const std::string answer =
      asked->answer("J\xc3\xa4s\xc3\xb8n Doe", "Secret, or not?", "GET", "/doe.json", "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm");
  EXPECT_THAT(answer,
              HasSubstr("username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\""));  // RFC 7616, erratum 4897
  EXPECT_THAT(answer, HasSubstr("userhash=true"));
}

TEST(Digest, TakesTheFirstThatItCanAnswer) {
  auto asked = digest(
      R"(Basic realm="b", Digest nonce="1", algorithm=SHA-1024, Digest nonce="2", qop="auth-int", Digest nonce="3", algorithm=sha-256)");
  ASSERT_TRUE(asked);
  EXPECT_THAT(asked->answer("u", "p", "GET", "/", "c"), HasSubstr("nonce=\"3\""));
  for (const char* none : {"", "Basic realm=x", "Digest realm=x", "Digest nonce=1, algorithm=token", "Digest nonce=1, algorithm=-sess"}) {
    EXPECT_FALSE(digest(none)) << none;
  }
}

TEST(Digest, KnowsThatItsNonceWasOnlyStale) {
  EXPECT_TRUE(digest("Digest nonce=1, stale=TRUE")->stale());
  EXPECT_FALSE(digest("Digest nonce=1, stale=false")->stale());
  EXPECT_FALSE(digest("Digest nonce=1")->stale());
}

TEST(Digest, QuotesWhatWouldEndAQuote) {
  auto asked = digest(R"(Digest realm="a\"b", nonce="n\\")");
  EXPECT_THAT(asked->answer("u\"v", "p", "GET", "/", "c"), HasSubstr(R"(username="u\"v", realm="a\"b", nonce="n\\")"));
}

}  // namespace
}  // namespace loads::session
