#include "engine/http/event_parser.h"

#include <gtest/gtest.h>

#include <vector>

namespace loads::http {
namespace {

// The events in `stream`, fed in pieces of `size`; each as "type|data|id".
std::vector<std::string> events_of(std::string_view stream, std::size_t size = 1'000'000) {
  EventParser parser;
  std::vector<std::string> events;
  for (; !stream.empty(); stream.remove_prefix(std::min(size, stream.size()))) {
    EXPECT_TRUE(parser.feed(stream.substr(0, size)));
    while (const auto event = parser.next()) events.push_back(event->type + "|" + event->data + "|" + event->id);
  }
  return events;
}

using Events = std::vector<std::string>;

TEST(EventParser, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(events_of("data: YHOO\ndata: +2\ndata: 10\n\n"), Events{"message|YHOO\n+2\n10|"});
  EXPECT_EQ(events_of(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
            (Events{"message|first event|1", "message|second event|", "message| third event|"}));
  EXPECT_EQ(events_of("data\n\ndata\ndata\n\ndata:"), (Events{"message||", "message|\n|"}));
  EXPECT_EQ(events_of("data:test\n\ndata: test\n\n"), (Events{"message|test|", "message|test|"}));
}

TEST(EventParser, TypesBelongToOneEventAndIdsStay) {
  EXPECT_EQ(events_of("event: add\nid: 7\ndata: a\n\ndata: b\n\nevent: remove\n\ndata: c\n\n"),
            (Events{"add|a|7", "message|b|7", "message|c|7"}));
}

TEST(EventParser, EveryLineEndIsOneHoweverItIsCut) {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    const std::string stream =
        "\xEF\xBB\xBF"
        "event: x" +
        end + "data: a" + end + "data: b" + end + end + "data: c" + end + end;
    for (std::size_t size = 1; size < stream.size(); ++size) EXPECT_EQ(events_of(stream, size), (Events{"x|a\nb|", "message|c|"}));
  }
}

TEST(EventParser, AnEventWithoutEndIsGivenUp) {
  EventParser line;
  EXPECT_FALSE(line.feed(std::string(EventParser::kMostOfAnEvent + 1, 'x')));
  EventParser lines;
  bool taken = true;
  for (int i = 0; i < 3 && taken; ++i) taken = lines.feed("data: " + std::string(500'000, 'x') + "\n");
  EXPECT_FALSE(taken);
}

TEST(EventParser, AnIdWithANulIsIgnored) { EXPECT_EQ(events_of(std::string_view("id: a\0b\ndata: x\n\n", 17)), Events{"message|x|"}); }

}  // namespace
}  // namespace loads::http
