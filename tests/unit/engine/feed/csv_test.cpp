#include "engine/feed/csv.h"

#include <loads/feeder.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/feed/json_rows.h"
#include "support/client_harness.h"

namespace loads::feed {
namespace {

using support::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

std::vector<std::string> row(const Table& table, std::size_t index) {
  std::vector<std::string> out;
  for (std::size_t column = 0; column < table.names().size(); ++column) out.emplace_back(table.cell(index, column));
  return out;
}

Table read(std::string_view text) { return read_csv(text, ',', {}); }

std::string error_of(std::string_view text) {
  return message_of<FeedError>([&] { read(text); });
}

TEST(Csv, TheFirstLineHasTheNames) {
  const Table table = read("name,word\nanna,x\nben,\n");
  EXPECT_THAT(table.names(), ElementsAre("name", "word"));
  ASSERT_EQ(table.rows(), 2);
  EXPECT_THAT(row(table, 0), ElementsAre("anna", "x"));
  EXPECT_THAT(row(table, 1), ElementsAre("ben", ""));
  EXPECT_EQ(table.column("word"), 1);
  EXPECT_EQ(table.column("other"), std::nullopt);
}

TEST(Csv, QuotedFieldsHoldAnything) {
  const Table table = read("a,b\n\"x, y\",\"say \"\"hello\"\"\"\n\"two\nlines\",\"\"\nit's \"so\",2");
  EXPECT_THAT(row(table, 0), ElementsAre("x, y", "say \"hello\""));
  EXPECT_THAT(row(table, 1), ElementsAre("two\nlines", ""));
  EXPECT_THAT(row(table, 2), ElementsAre("it's \"so\"", "2")) << "a quote in the middle is a quote";
}

TEST(Csv, MarksAndLineEndsOfOtherSystemsAreTaken) {
  const Table table = read(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n\r\n\n3,4\r\n");
  EXPECT_THAT(table.names(), ElementsAre("a", "b"));
  ASSERT_EQ(table.rows(), 2) << "empty lines are none";
  EXPECT_THAT(row(table, 1), ElementsAre("3", "4"));
}

TEST(Csv, DelimiterAndNamesCanBeGiven) {
  const Table table = read_csv("1;2\n3;4\n", ';', {"a", "b"});
  ASSERT_EQ(table.rows(), 2);
  EXPECT_THAT(row(table, 0), ElementsAre("1", "2"));
}

TEST(Csv, SaysOnWhichLineSomethingIsWrong) {
  EXPECT_EQ(error_of("a,b\n1,2\n\"x\ny\",2\n1,2,3\n"), "line 5: 3 fields, and there are 2 columns");
  EXPECT_EQ(error_of("a,b\n1\n"), "line 2: 1 fields, and there are 2 columns");
  EXPECT_EQ(error_of("a,b\n1,\"2\n3,4\n"), "line 2: a quote is opened and not closed");
  EXPECT_EQ(error_of("a,b\n\"1\"2,3\n"), "line 2: text behind the closing quote of a field");
  EXPECT_EQ(error_of("a,\n1,2\n"), "line 1: column 2 has no name");
  EXPECT_EQ(error_of("a,b,a\n"), "line 1: two columns are named \"a\"");
  EXPECT_EQ(error_of(""), "line 1: the names of the columns are missing");
}

TEST(Csv, BytesAreNotInterpreted) {
  const Table table = read("a\n\0x\xff\r\n"s);
  EXPECT_THAT(row(table, 0), ElementsAre("\0x\xff"s));
}

TEST(JsonRows, ColumnsAreAllNamesThatOccur) {
  const Table table = read_json(R"([{"name": "anna", "n": 1}, {"name": "ben", "tags": ["a"]}])");
  EXPECT_THAT(table.names(), ElementsAre("n", "name", "tags"));
  EXPECT_THAT(row(table, 0), ElementsAre("1", "anna", ""));
  EXPECT_THAT(row(table, 1), ElementsAre("", "ben", R"(["a"])"));
  EXPECT_EQ(table.document(1)->dump(), R"({"name":"ben","tags":["a"]})");
}

TEST(JsonRows, AnythingButAnArrayOfObjectsIsRefused) {
  EXPECT_EQ(message_of<FeedError>([] { read_json("{}"); }), "an array of objects is needed");
  EXPECT_EQ(message_of<FeedError>([] { read_json("[{}, 1]"); }), "element 1 is no object: an array of objects is needed");
  EXPECT_THAT(message_of<FeedError>([] { read_json("[{]"); }), HasSubstr("line 1, column 3"));
}

}  // namespace
}  // namespace loads::feed
