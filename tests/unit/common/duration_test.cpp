#include "common/duration.h"

#include <gtest/gtest.h>

#include <random>

namespace loads {
namespace {

using namespace std::chrono_literals;
using Nanoseconds = std::chrono::nanoseconds;

TEST(ParseDuration, ReadsWhatPeopleWrite) {
  const std::pair<const char*, Nanoseconds> cases[] = {
      {"90", 90s},         {"90s", 90s},     {"1m30s", 90s},    {"500ms", 500ms},
      {"2h", 2h},          {"1.5s", 1500ms}, {"0.5", 500ms},    {"1h2m3s", 3723s},
      {"20us", 20us},      {"7ns", 7ns},     {"1.5h", 90min},   {"0", 0s},
      {"1s500ms", 1500ms}, {"007s", 7s},     {"0.25ms", 250us}, {"1.0000000019s", 1000000001ns},
      {"0.1m", 6s}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_duration(text), expected) << text;
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"",     "s",     "-1",   "-1s", "+1s", "1.",  ".5s", "1..5s", "1.5.5s", "1x", "1 s",   " 1s", "1s ",
                           "1m30", "30s1m", "1s1s", "1S",  "1e3", "nan", "inf", "0x10",  "1,5s",   "s1", "1h-2m", "1d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << '"' << text << '"';
  }
  EXPECT_EQ(parse_duration(std::string_view("1s\0", 3)), std::nullopt);
}

TEST(ParseDuration, RefusesWhatDoesNotFit) {
  EXPECT_EQ(parse_duration("9223372036s"), 9223372036s);
  EXPECT_EQ(parse_duration("9223372037s"), std::nullopt);
  EXPECT_EQ(parse_duration("99999999999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_duration("2562047h48m"), std::nullopt) << "the sum does not fit";
  EXPECT_EQ(parse_duration("2562047.9h"), std::nullopt) << "the fraction does not fit";
}

TEST(FormatDuration, IsTheShortestSpelling) {
  const std::pair<Nanoseconds, const char*> cases[] = {{0s, "0s"},       {10s, "10s"},     {90s, "1m30s"},      {60s, "1m"},
                                                       {1500ms, "1.5s"}, {500ms, "500ms"}, {1500us, "1.5ms"},   {250us, "250us"},
                                                       {7ns, "7ns"},     {2h, "2h"},       {7323s, "2h2m3s"},   {61'050ms, "1m1.05s"},
                                                       {-5s, "0s"},      {3605s, "1h5s"},  {59'999'600us, "1m"}};
  for (const auto& [duration, expected] : cases) EXPECT_EQ(format_duration(duration), expected);
}

TEST(FormatDuration, IsReadBackTheSame) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 2000; ++i) {
    const Nanoseconds duration = std::chrono::milliseconds(random() >> (24 + random() % 40));
    if (duration < 0s) continue;
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << format_duration(duration);
  }
}

TEST(FormatLatency, HasThreeDigits) {
  const std::pair<Nanoseconds, const char*> cases[] = {{0ns, "0us"},         {850us, "850us"},  {3600us, "3.6ms"},   {61ms, "61.0ms"},
                                                       {123'400us, "123ms"}, {1240ms, "1.24s"}, {12'340ms, "12.3s"}, {123s, "2m03s"},
                                                       {3720s, "1h02m"},     {-1ms, "0us"},     {1ms, "1.0ms"},      {1s, "1.00s"}};
  for (const auto& [duration, expected] : cases) EXPECT_EQ(format_latency(duration), expected);
}

TEST(FormatLatency, RoundsIntoTheNextForm) {
  EXPECT_EQ(format_latency(999'499ns), "999us");
  EXPECT_EQ(format_latency(999'500ns), "1.0ms");
  EXPECT_EQ(format_latency(99'949us), "99.9ms");
  EXPECT_EQ(format_latency(99'950us), "100ms");
  EXPECT_EQ(format_latency(999'500us), "1.00s");
  EXPECT_EQ(format_latency(9'995ms), "10.0s");
  EXPECT_EQ(format_latency(59'950ms), "1m00s");
  EXPECT_EQ(format_latency(3'599'500ms), "1h00m");
}

TEST(FormatLatency, FitsItsColumnUpToADay) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 20'000; ++i) {
    const Nanoseconds duration(static_cast<std::int64_t>((random() >> (random() % 48)) % 86'400'000'000'000));
    EXPECT_LE(format_latency(duration).size(), 6u) << format_latency(duration);
  }
}

TEST(FormatClock, ShowsWholeSecondsThatHavePassed) {
  EXPECT_EQ(format_clock(0s), "00:00");
  EXPECT_EQ(format_clock(10'999ms), "00:10");
  EXPECT_EQ(format_clock(90s), "01:30");
  EXPECT_EQ(format_clock(3723s), "01:02:03");
  EXPECT_EQ(format_clock(100h), "100:00:00");
  EXPECT_EQ(format_clock(-1s), "00:00");
}

}  // namespace
}  // namespace loads
