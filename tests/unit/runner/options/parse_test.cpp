#include "runner/options/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"

namespace loads::runner::parse {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(ParseOptions, SeriesOfNumbersAreSplitAtColons) {
  EXPECT_THAT(series({"10:20:30"}, 1000), ElementsAre(10, 20, 30));
  EXPECT_THAT(series({"7"}, 1000), ElementsAre(7));
}

TEST(ParseOptions, TheLastOfSeveralTextsCounts) { EXPECT_THAT(series({"1", "2:3"}, 1000), ElementsAre(2, 3)); }

TEST(ParseOptions, WhatIsNoNumberIsRefusedWithTheReason) {
  EXPECT_EQ(refused([] { series({"x"}, 1000); }), "\"x\" is not a whole number");
  EXPECT_EQ(refused([] { series({""}, 1000); }), "\"\" is not a whole number");
  EXPECT_EQ(refused([] { series({"10:"}, 1000); }), "\"\" is not a whole number");
  EXPECT_EQ(refused([] { series({"1.5"}, 1000); }), "\"1.5\" is not a whole number");
  EXPECT_EQ(refused([] { series({"-1"}, 1000); }), "-1 is too small, the least is 1");
  EXPECT_EQ(refused([] { series({"0"}, 1000); }), "0 is too small, the least is 1");
  EXPECT_EQ(refused([] { series({"1001"}, 1000); }), "1001 is too large, the most is 1000");
  EXPECT_THAT(refused([] { series({"99999999999999999999999"}, 1000); }), HasSubstr("is too large"));
}

TEST(ParseOptions, DurationsHaveUnits) {
  EXPECT_EQ(duration({"1m30s"}), 90s);
  EXPECT_EQ(duration({"0"}), 0s);
  EXPECT_EQ(positive_duration({"2"}), 2s);
}

TEST(ParseOptions, NoTimeAndNegativeTimeAreRefused) {
  EXPECT_THAT(refused([] { duration({"-1"}); }), HasSubstr("\"-1\" is not a time"));
  EXPECT_THAT(refused([] { duration({"soon"}); }), HasSubstr("\"soon\" is not a time"));
  EXPECT_EQ(refused([] { positive_duration({"0"}); }), "it must be longer than 0");
}

// In nanoseconds they would go round the clock.
TEST(ParseOptions, TimesOfCenturiesAreRefused) {
  EXPECT_EQ(duration({"262800h"}), 262800h);
  EXPECT_EQ(refused([] { duration({"2562047h"}); }), "\"2562047h\" is longer than 30 years");
}

TEST(ParseOptions, BooleansHaveSeveralSpellings) {
  EXPECT_TRUE(boolean({"true"}));
  EXPECT_TRUE(boolean({"on"}));
  EXPECT_FALSE(boolean({"no"}));
  EXPECT_EQ(refused([] { boolean({"maybe"}); }), "\"maybe\" is neither true nor false");
}

TEST(ParseOptions, HeadersAreSplitAtTheFirstColon) {
  EXPECT_THAT(headers({"Accept: text/html", "X-Time:10:30 "}), ElementsAre(Pair("Accept", "text/html"), Pair("X-Time", "10:30")));
}

TEST(ParseOptions, HeadersThatWouldBreakTheRequestAreRefused) {
  EXPECT_THAT(refused([] { headers({"Accept"}); }), HasSubstr("write 'Name: value'"));
  EXPECT_THAT(refused([] { headers({"A B: c"}); }), HasSubstr("\"A B\" is not the name of a header"));
  EXPECT_THAT(refused([] { headers({": c"}); }), HasSubstr("is not the name of a header"));
  EXPECT_THAT(refused([] { headers({"A: b\r\nC: d"}); }), HasSubstr("control character"));
}

TEST(ParseOptions, AssignmentsKeepLaterEqualSigns) {
  EXPECT_THAT(assignments({"token=a=b", "empty="}), ElementsAre(Pair("token", "a=b"), Pair("empty", "")));
  EXPECT_EQ(refused([] { assignments({"token"}); }), "\"token\" is not NAME=VALUE");
  EXPECT_EQ(refused([] { assignments({"=x"}); }), "\"=x\" is not NAME=VALUE");
}

TEST(ParseOptions, ServerUrlsAreHttp) {
  EXPECT_EQ(http_url({"http://localhost:9200"}), "http://localhost:9200");
  EXPECT_EQ(http_url({"https://example.com/a"}), "https://example.com/a");
  EXPECT_THAT(refused([] { http_url({"localhost:9200"}); }), HasSubstr("localhost:9200"));
  EXPECT_THAT(refused([] { http_url({"ftp://localhost"}); }), HasSubstr("'ftp' is no scheme"));
  EXPECT_THAT(refused([] { http_url({"ws://localhost"}); }), HasSubstr("neither http:// nor https://"));
  EXPECT_THAT(refused([] { http_url({"http://"}); }), HasSubstr("http://"));
}

TEST(ParseOptions, ChoicesNameWhatThereIs) {
  EXPECT_EQ(choice("full", {"seed", "compact", "full"}), 2U);
  EXPECT_EQ(refused([] { choice("big", {"seed", "compact", "full"}); }), "\"big\" is not known: it is seed, compact or full");
}

}  // namespace
}  // namespace loads::runner::parse
