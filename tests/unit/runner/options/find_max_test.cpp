#include "runner/options/find_max.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/options/read_options.h"
#include "support/refusal.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Options read(std::vector<std::string> more) {
  std::vector<std::string> arguments{"a.B.c", "--find-max", "p99<250ms && errors<0.1%"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return read_options(arguments, {}).options;
}

TEST(FindMaxOptions, LevelsHaveADurationAndAWarmUp) {
  const Options options = read({});
  EXPECT_THAT(options.find_max.conditions, ElementsAre("p99<250ms", "errors<0.1%"));
  EXPECT_DOUBLE_EQ(options.find_max.precision, 0.03);
  EXPECT_EQ(options.load.duration, 10s);
  EXPECT_EQ(options.load.warm_up, 2s);
}

TEST(FindMaxOptions, WhatIsGivenCounts) {
  const Options options = read({"-d", "30s", "--warm-up", "0s", "--precision", "10%", "--rate", "50/s"});
  EXPECT_EQ(options.load.duration, 30s);
  EXPECT_EQ(options.load.warm_up, 0s);
  EXPECT_DOUBLE_EQ(options.find_max.precision, 0.1);
  EXPECT_THAT(options.load.rates, ElementsAre(50));
}

TEST(FindMaxOptions, OtherRunsAreAsTheyWere) {
  const Options options = read_options({"a.B.c"}, {}).options;
  EXPECT_FALSE(options.load.duration);
  EXPECT_EQ(options.load.warm_up, 0s);
}

TEST(FindMaxOptions, WhatDoesNotGoTogetherIsSaid) {
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
      {{"--stages", "10s:5"}, "--find-max and --stages exclude each other"},
      {{"-c", "5"}, "--find-max and --hits exclude each other"},
      {{"-u", "5"}, "--find-max and --users exclude each other"},
      {{"--ramp-up", "5s"}, "--find-max and --ramp-up exclude each other"},
      {{"--think-time", "5s"}, "--find-max and --think-time exclude each other"},
      {{"--threshold", "p99<1s"}, "--find-max and --threshold exclude each other"},
      {{"--junit", "x.xml"}, "--find-max and --junit exclude each other"},
      {{"--agents", "2", "--detach"}, "--find-max and --detach exclude each other"},
      {{"--rate", "10/s:20/s"}, "--find-max takes one --rate"},
      {{"--list"}, "--find-max goes with a test"},
      {{"--precision", "0%"}, "--precision: \"0%\" is not between 0.1% and 100%"},
      {{"--precision", "fine"}, "--precision: \"fine\" is not a percentage such as 3%"},
  };
  for (const auto& [arguments, said] : cases) EXPECT_THAT(refusal([&arguments = arguments] { read(arguments); }).message, HasSubstr(said));
}

TEST(FindMaxOptions, ConditionsThatMakeNoSenseAreSaid) {
  const auto refused = [](const char* conditions) {
    return refusal([&] { read_options({"a.B.c", "--find-max", conditions}, {}); }).message;
  };
  EXPECT_THAT(refused("p99<250ms && speed<3"), HasSubstr("--find-max: \"speed<3\": there is no metric"));
  EXPECT_THAT(refused("p99<250ms &&"), HasSubstr("a condition is missing behind the last &&"));
  EXPECT_THAT(refused("rps>=100"), HasSubstr("would not hold at a low rate"));
  EXPECT_THAT(refused("hits>5"), HasSubstr("would not hold at a low rate"));
}

}  // namespace
}  // namespace loads::runner
