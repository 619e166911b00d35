#include "proto/codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proto/console_messages.h"
#include "unit/proto/samples.h"
#include "unit/proto/wire.h"

namespace loads::proto {
namespace {

using wire::array;
using wire::map;
using wire::message;
using wire::value;

const std::string kNil = "\xc0";

std::vector<wire::Field> ack_fields() { return {{"run", value("0badcafe")}, {"lease", value(7u)}, {"seq", value(3u)}}; }

std::string error_of(const std::string& bytes) { return decode<ToAgent>(bytes).error; }

std::string error_of_ack(const std::vector<wire::Field>& fields) { return error_of(message("ack", map(fields))); }

TEST(Codec, EveryMessageComesBackAsItWasSent) {
  EXPECT_EQ(samples::all().size(), 31u);
  for (const auto& sample : samples::all()) {
    const auto answer = sample.decode_encode(sample.bytes);
    EXPECT_EQ(answer.error, "") << sample.type;
    EXPECT_TRUE(answer.bytes == sample.bytes) << sample.type;
  }
}

TEST(Codec, FieldsComeInAnyOrder) {
  const auto decoded = decode<ToAgent>(map({{"body", map({{"seq", value(3u)}, {"lease", value(7u)}, {"run", value("0badcafe")}})},
                                            {"version", wire::version(kMajor, kMinor)},
                                            {"type", value("ack")}}));
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(std::get<Ack>(decoded.message).run, "0badcafe");
  EXPECT_EQ(std::get<Ack>(decoded.message).lease, 7u);
  EXPECT_EQ(std::get<Ack>(decoded.message).seq, 3u);
}

TEST(Codec, FieldsOfANewerPeerAreSkipped) {
  auto fields = ack_fields();
  const std::string anything = map({{"deep", array({kNil, value("x"), map({})})}});
  for (std::size_t at = 0; at <= fields.size(); ++at) {
    auto more = fields;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(at), {"new", anything});
    EXPECT_EQ(error_of_ack(more), "") << at;
  }
  EXPECT_EQ(error_of(map({{"new", anything},
                          {"type", value("ack")},
                          {"version", array({value(kMajor), value(9u), value("patch")})},
                          {"body", map(fields)}})),
            "");
}

TEST(Codec, AMissingFieldIsNamed) {
  for (std::size_t missing = 0; missing < 3; ++missing) {
    auto fields = ack_fields();
    const std::string name(fields[missing].name);
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_EQ(error_of_ack(fields), "a message of type \"ack\" is malformed: a field is missing (" + name + ")");
  }
}

TEST(Codec, AFieldThatComesTwiceIsRefused) {
  auto fields = ack_fields();
  fields.push_back({"seq", value(4u)});
  EXPECT_EQ(error_of_ack(fields), "a message of type \"ack\" is malformed: a field comes twice (seq)");
}

TEST(Codec, APartOfTheEnvelopeThatComesTwiceIsRefused) {
  for (const wire::Field& part :
       std::vector<wire::Field>{{"type", value("ack")}, {"version", wire::version(kMajor, kMinor)}, {"body", map(ack_fields())}}) {
    EXPECT_EQ(error_of(map({{"type", value("ack")}, {"version", wire::version(kMajor, kMinor)}, {"body", map(ack_fields())}, part})),
              "not a message of loads: a part of it comes twice")
        << part.name;
  }
}

TEST(Codec, AnEnvelopeWithoutOneOfItsPartsIsRefused) {
  const std::vector<wire::Field> whole = {{"type", value("ack")}, {"version", wire::version(kMajor, kMinor)}, {"body", map(ack_fields())}};
  for (std::size_t missing = 0; missing < whole.size(); ++missing) {
    auto parts = whole;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(missing));
    EXPECT_EQ(error_of(map(parts)), "not a message of loads: it has no type, no version or no body");
  }
}

TEST(Codec, AFieldOfTheWrongKindIsNamed) {
  for (const std::string& wrong : {value("3"), kNil, value(true), array({}), map({}), value(-3), value(1.5)}) {
    EXPECT_EQ(error_of_ack({{"run", value("0badcafe")}, {"lease", value(7u)}, {"seq", wrong}}),
              "a message of type \"ack\" is malformed: a number that is not negative was expected (seq)");
  }
  EXPECT_EQ(error_of_ack({{"run", value("0badcafe")}, {"lease", value(std::uint64_t{1} << 32)}, {"seq", value(1u)}}),
            "a message of type \"ack\" is malformed: a number is too large (lease)");
}

TEST(Codec, AnotherMajorVersionIsRefusedWithBothVersions) {
  EXPECT_EQ(error_of(map({{"type", value("ack")}, {"version", wire::version(2, 7)}, {"body", map(ack_fields())}})),
            "it speaks protocol 2.7, this is protocol 1.2");
}

TEST(Codec, AMessageThatTheReceiverDoesNotTakeIsRefused) {
  EXPECT_EQ(decode<FromAgent>(samples::of("ack").bytes).error, "no message of type \"ack\" is known here");
  EXPECT_EQ(error_of(message(std::string(50, 'x') + '\n', map({}))), "no message of type \"" + std::string(40, 'x') + "\" is known here");
  EXPECT_EQ(error_of(message("a\n\x1b[2J", map({}))), "no message of type \"a??[2J\" is known here");
}

TEST(Codec, WhatFollowsTheEndIsRefused) {
  EXPECT_EQ(error_of(samples::of("ack").bytes + kNil), "not a message of loads: something follows its end");
}

TEST(Codec, WhatIsNoMessageIsRefused) {
  for (const std::string& bytes :
       {std::string(), std::string("GET / HTTP/1.1\r\n"), kNil, array({}), wire::bytes({0xdd, 255, 255, 255, 255}),
        std::string(1 << 20, '\x91'), std::string(1 << 20, '\xc0'), wire::bytes({0xc1})}) {
    EXPECT_EQ(error_of(bytes).find("not a message of loads: "), 0u) << bytes.substr(0, 20);
  }
}

TEST(Codec, NestingBeyondSixteenLevelsIsRefusedAlsoWhereItIsUnknown) {
  auto fields = ack_fields();
  fields.push_back({"new", std::string(20, '\x91') + kNil});
  EXPECT_EQ(error_of_ack(fields), "not a message of loads: it is nested too deeply");
}

TEST(Codec, AValueOfAnEnumThatIsNotKnownIsRefused) {
  const std::string verdict = map(
      {{"run", value("r")}, {"lease", value(1u)}, {"decision", value(4u)}, {"durable_seq", value(0u)}, {"tally", value(metrics::Tally())}});
  EXPECT_EQ(error_of(message("welcome", map({{"cluster", value("c")},
                                             {"epoch", value(1u)},
                                             {"version", value("1")},
                                             {"minor", value(0u)},
                                             {"credit", value(1u)},
                                             {"leases", array({verdict})}}))),
            "a message of type \"welcome\" is malformed: a value is not among those that are known (decision)");
}

TEST(Codec, OptionalFieldsMayBeAbsent) {
  const auto decoded = decode<FromAgent>(message("prepared", map({{"run", value("r")}, {"lease", value(1u)}, {"exit_code", value(0)}})));
  ASSERT_TRUE(decoded) << decoded.error;
  EXPECT_EQ(std::get<Prepared>(decoded.message).message, "");
}

TEST(Codec, TimesBeyondAllClocksAreRefusedAndWrittenAsTheLongest) {
  const auto start = [](std::int64_t at) { return message("start", map({{"run", value("r")}, {"lease", value(1u)}, {"at", value(at)}})); };
  EXPECT_EQ(error_of(start(kLongestTime)), "");
  EXPECT_EQ(error_of(start(-kLongestTime)), "");
  EXPECT_EQ(error_of(start(kLongestTime + 1)), "a message of type \"start\" is malformed: a time is beyond all clocks (at)");
  EXPECT_EQ(error_of(start(std::numeric_limits<std::int64_t>::min())), error_of(start(kLongestTime + 1)));
  EXPECT_EQ(to_record(Nanoseconds::max()), to_record(Nanoseconds(kLongestTime)));
  EXPECT_EQ(to_record(Nanoseconds::min()), to_record(Nanoseconds(-kLongestTime)));
  EXPECT_EQ(to_record(WallTime::max()), to_record(Nanoseconds(kLongestTime)));
}

TEST(Codec, DurationsComeBackToTheNanosecond) {
  using Seconds = std::chrono::duration<double>;
  for (const double seconds : {0.0, 1e-9, 0.1, 2.3, 1234567.891234567, 86400.0 * 3650, 4e9, -1.5}) {
    Seconds back{};
    ASSERT_TRUE(from_record(wire::span(to_record(Seconds(seconds))), back));
    EXPECT_EQ(to_record(back), to_record(Seconds(seconds))) << seconds;
    Seconds again{};
    ASSERT_TRUE(from_record(wire::span(to_record(back)), again));
    EXPECT_EQ(again, back);
  }
  EXPECT_EQ(to_record(Seconds(1e300)), to_record(Nanoseconds(kLongestTime)));
  EXPECT_EQ(to_record(Seconds(std::numeric_limits<double>::quiet_NaN())), to_record(Nanoseconds(0)));
}

}  // namespace
}  // namespace loads::proto
