#include "common/thresholds/conjunction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace loads::thresholds {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> texts_of(std::string_view text) {
  std::vector<std::string> texts;
  for (const Threshold& one : parse_conjunction(text)) texts.push_back(one.text);
  return texts;
}

std::string refusal(std::string_view text) {
  try {
    parse_conjunction(text);
  } catch (const std::invalid_argument& reason) {
    return reason.what();
  }
  return "read";
}

TEST(Conjunction, ConditionsAreJoinedByTwoAmpersands) {
  EXPECT_THAT(texts_of("p99<250ms && errors<0.1%"), ElementsAre("p99<250ms", "errors<0.1%"));
  EXPECT_THAT(texts_of("p99<250ms&&errors<0.1%&&p50 < 20ms"), ElementsAre("p99<250ms", "errors<0.1%", "p50 < 20ms"));
  EXPECT_THAT(texts_of("p99<250ms"), ElementsAre("p99<250ms"));
}

TEST(Conjunction, TheSameTwiceIsOne) { EXPECT_THAT(texts_of("p99<250ms && p99<250ms"), ElementsAre("p99<250ms")); }

TEST(Conjunction, AnAndWithinANameIsPartOfIt) {
  EXPECT_THAT(texts_of("p99{GET /?a&&b}<1s && errors<1%"), ElementsAre("p99{GET /?a&&b}<1s", "errors<1%"));
  EXPECT_THAT(texts_of(R"(p99{a\}&&b}<1s && errors<1%)"), ElementsAre(R"(p99{a\}&&b}<1s)", "errors<1%"));
}

TEST(Conjunction, WhatIsMissingIsNamed) {
  EXPECT_THAT(refusal("p99<250ms &&"), HasSubstr("a condition is missing behind the last &&"));
  EXPECT_THAT(refusal("&& p99<250ms"), HasSubstr("a condition is missing before an &&"));
  EXPECT_THAT(refusal("p99<1s && && errors<1%"), HasSubstr("a condition is missing before an &&"));
  EXPECT_THAT(refusal(""), HasSubstr("begins with no metric"));
}

TEST(Conjunction, TheOneThatIsWrongIsQuoted) {
  EXPECT_THAT(refusal("p99<250ms && speed<1%"), HasSubstr(R"("speed<1%")"));
  EXPECT_THAT(refusal("p99<250ms and errors<1%"), HasSubstr("nothing is expected behind the value"));
  EXPECT_THAT(refusal("p99<250ms || errors<1%"), HasSubstr("nothing is expected behind the value"));
  EXPECT_THAT(refusal("p99<250ms && errors>5% for 10s"), HasSubstr("\"for\" goes with --abort-threshold"));
}

TEST(Conjunction, TheirNumberIsBounded) {
  std::string text = "p99<1ms";
  for (int limit = 2; limit <= 101; ++limit) text += "&&p99<" + std::to_string(limit) + "ms";
  EXPECT_THAT(refusal(text), HasSubstr("100 are the most"));
}

}  // namespace
}  // namespace loads::thresholds
