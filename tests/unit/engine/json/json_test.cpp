#include <loads/json.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/client_harness.h"

namespace loads {
namespace {

using support::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using namespace std::string_literals;

TEST(Json, ReadsADocument) {
  const Json json = Json::parse(R"( {"ok": true, "n": 3, "pi": 3.5, "none": null, "who": {"name": "anna"}, "tags": ["a", "b"]} )");
  EXPECT_EQ(json["ok"], true);
  EXPECT_EQ(json["n"], 3);
  EXPECT_EQ(json["pi"], 3.5);
  EXPECT_EQ(json["none"], nullptr);
  EXPECT_EQ(json["who"]["name"], "anna");
  EXPECT_EQ(json["tags"][1], "b"s);
  EXPECT_NE(json["n"], 4);
  EXPECT_NE(json["n"], "3");
  EXPECT_EQ(json.size(), 6);
  EXPECT_TRUE(json.contains("ok"));
  EXPECT_FALSE(json.contains("missing"));
  EXPECT_EQ(json.get("missing", "else"), "else");
}

TEST(Json, WorksWithMatchers) {
  const Json json = Json::parse(R"({"tags": ["a", "b"], "name": "anna"})");
  EXPECT_THAT(json["tags"], ElementsAre("a", "b"));
  EXPECT_THAT(json["tags"], testing::Contains("b"));
  EXPECT_THAT(json["tags"], SizeIs(2));
  EXPECT_THAT(json["name"], HasSubstr("nn"));
  EXPECT_THAT(Json::array({1, 2}), testing::Each(testing::Ne(3)));
}

TEST(Json, IsPrintedAsJson) {
  EXPECT_EQ(testing::PrintToString(Json{{"b", 1}, {"a", Json::array({true, nullptr, "x"})}}), R"({"a":[true,null,"x"],"b":1})");
  EXPECT_EQ(testing::PrintToString(Json()), "null");
}

TEST(Json, IsBuiltFromLists) {
  const Json json{{"q", "loads"}, {"n", 3}, {"in", {{"a", 1}}}, {"list", Json::array({1, "two"})}};
  EXPECT_EQ(json.dump(), R"({"in":{"a":1},"list":[1,"two"],"n":3,"q":"loads"})");
  EXPECT_EQ(Json({{"a", "b"}}).dump(), R"({"a":"b"})") << "one pair of strings is an object too";
  EXPECT_EQ(Json(json), json);
  EXPECT_EQ(Json::array({json})[0], json);
  EXPECT_EQ(Json::array({}).dump(), "[]");
}

TEST(Json, IsBuiltStepByStepWithoutChangingOthers) {
  Json json;
  json.set("a", 1).set("list", Json().append(1).append("x"));
  const Json before = json;
  json.set("a", 2).set("self", json);
  EXPECT_EQ(before.dump(), R"({"a":1,"list":[1,"x"]})");
  EXPECT_EQ(json.dump(), R"({"a":2,"list":[1,"x"],"self":{"a":2,"list":[1,"x"]}})");
}

TEST(Json, APartOutlivesItsDocument) {
  Json part;
  {
    const Json whole = Json::parse(R"({"deep": {"text": "a longer text than fits into the string itself"}})");
    part = whole["deep"];
  }
  EXPECT_EQ(part["text"], "a longer text than fits into the string itself");
}

TEST(Json, ConvertsToCppValues) {
  const Json json = Json::parse(R"({"n": 300, "minus": -1, "big": 18446744073709551615, "real": 1.5, "list": [1, 2], "text": "x"})");
  EXPECT_EQ(json["n"].as<int>(), 300);
  EXPECT_EQ(json["minus"].as<std::int8_t>(), -1);
  EXPECT_EQ(json["big"].as<std::uint64_t>(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(json["real"].as<double>(), 1.5);
  EXPECT_EQ(json["n"].as<double>(), 300.0);
  EXPECT_EQ(json["list"].as<std::vector<int>>(), (std::vector<int>{1, 2}));
  EXPECT_EQ(json["text"].as<std::string_view>(), "x");
  EXPECT_EQ(message_of<JsonError>([&] { json["n"].as<std::uint8_t>(); }), "not an integer of that size: 300");
  EXPECT_EQ(message_of<JsonError>([&] { json["minus"].as<std::uint64_t>(); }), "not an integer of that size: -1");
  EXPECT_EQ(message_of<JsonError>([&] { json["real"].as<int>(); }), "not an integer: 1.5");
  EXPECT_EQ(message_of<JsonError>([&] { json["text"].as<bool>(); }), "not true or false: \"x\"");
  EXPECT_EQ(message_of<JsonError>([&] { json["n"].as<std::string>(); }), "not a string: 300");
}

TEST(Json, IsWalkedThrough) {
  std::string seen;
  for (const Json& element : Json::array({1, 2, 3})) seen += element.dump();
  for (const auto& [name, value] : Json{{"b", 2}, {"a", 1}}.items()) seen += name + value.dump();
  EXPECT_EQ(seen, "123a1b2");
}

TEST(Json, SaysWhatIsMissing) {
  const Json json = Json::parse(R"({"error": "x"})");
  EXPECT_EQ(message_of<JsonError>([&] { json["ok"]; }), R"(no "ok" in {"error":"x"})");
  EXPECT_EQ(message_of<JsonError>([&] { json["error"]["a"]; }), R"(not an object with "a": "x")");
  EXPECT_EQ(message_of<JsonError>([&] { json[0]; }), R"(not an array: {"error":"x"})");
  EXPECT_EQ(message_of<JsonError>([&] { Json::array({1})[1]; }), "no such element, there are 1: [1]");
  EXPECT_EQ(message_of<JsonError>([&] { Json::array({1})[-1]; }), "no such element, there are 1: [1]");
}

TEST(Json, SaysWhereTheTextIsWrong) {
  EXPECT_THAT(message_of<JsonError>([] { Json::parse("{\"a\":\n  nul}"); }), HasSubstr("line 2, column 6"));
  EXPECT_THAT(message_of<JsonError>([] { Json::parse("<html>"); }), testing::EndsWith("in: <html>"));
  EXPECT_THAT(message_of<JsonError>([] { Json::parse(""); }), HasSubstr("unexpected end of input"));
}

TEST(Json, RefusesWhatIsNestedTooDeep) {
  const std::string deep = std::string(128, '[') + std::string(128, ']');
  EXPECT_EQ(Json::parse(deep).dump(), deep);
  EXPECT_EQ(message_of<JsonError>([&] { Json::parse("[" + deep + "]"); }), "JSON that is nested more than 128 deep is not read");
  EXPECT_THAT(message_of<JsonError>([] { Json::parse(std::string(1'000'000, '{')); }), HasSubstr("128 deep"));
  EXPECT_EQ(Json::parse("\"" + std::string(1000, '[') + "\\\"[\"").as<std::string>().size(), 1002) << "brackets in a string are text";
}

#ifndef __SANITIZE_ADDRESS__  // whose frames are several times as large
TEST(Json, TheDeepestDocumentFitsOnTheStackOfAFiber) {
  const std::string deep = std::string(127, '[') + R"({"a":1})" + std::string(127, ']');
  support::ClientHarness().run([&](http::Client&) {
    Json json = Json::parse(deep);
    Json other = json;
    other.append(1);
    EXPECT_EQ(json.dump(), deep);
    EXPECT_TRUE(json == Json::parse(json.dump(2)));
    EXPECT_FALSE(json == other);
  });
}
#endif

TEST(Json, WritesBytesThatAreNoUtf8WithReplacements) { EXPECT_EQ(Json("a\xff").dump(), "\"a\xEF\xBF\xBD\""); }

}  // namespace
}  // namespace loads
