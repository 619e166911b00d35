#include "runner/external/message.h"

#include <gtest/gtest.h>

#include <string>

#include "runner/external/message_recorder.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using Kind = ExternalMessage::Kind;

TEST(ExternalMessage, AHitHasANameAStatusAndATime) {
  const auto hit = read_external_message(
      R"({"data_type": "add_hit", "url": "http://shop.example:80/search?q=1#x", "method": "post", "status": 201, "elapsed": 0.25,)"
      R"( "loads_status": [20, 3, 1, 2], "agent_id": "0", "run_id": "x", "started": "2013-06-14"})");
  EXPECT_EQ(hit.kind, Kind::hit);
  EXPECT_EQ(hit.text, "POST /search");
  EXPECT_EQ(hit.status, 201);
  EXPECT_EQ(hit.elapsed, 250ms);
  EXPECT_EQ(hit.user, 2U);
}

TEST(ExternalMessage, TimesMayBeWrittenAsPythonDoes) {
  EXPECT_EQ(read_external_message(R"({"data_type": "add_hit", "url": "http://a", "status": 200, "elapsed": "0:01:02.500000"})").elapsed,
            62'500ms);
  EXPECT_EQ(read_external_message(R"({"data_type": "add_hit", "url": "http://a", "status": 200, "elapsed": "soon"})").elapsed, 0ms);
  EXPECT_EQ(read_external_message(R"({"data_type": "add_hit", "url": "http://a", "status": 200, "elapsed": -1})").elapsed, 0ms);
  EXPECT_EQ(read_external_message(R"({"data_type": "add_hit", "url": "http://a", "status": 200, "elapsed": 1e300})").elapsed, 1'000'000s);
}

TEST(ExternalMessage, UrlsAreNamedByTheirPath) {
  const auto name = [](const std::string& url) { return read_external_message(R"({"data_type": "add_hit", "url": ")" + url + "\"}").text; };
  EXPECT_EQ(name("http://a"), "GET /");
  EXPECT_EQ(name("http://a?x=1"), "GET /");
  EXPECT_EQ(name("/here?x=1"), "GET /here");
  EXPECT_EQ(name(""), "GET /");
}

TEST(ExternalMessage, WhatWentWrongIsSaid) {
  const auto text = [](const std::string& info) {
    return read_external_message(R"({"data_type": "addError", "exc_info": )" + info + "}").text;
  };
  EXPECT_EQ(text(R"(["it is none", "ValueError", "a traceback"])"), "ValueError: it is none");
  EXPECT_EQ(text(R"(["", "ValueError", ""])"), "ValueError");
  EXPECT_EQ(text(R"("just text")"), "just text");
  EXPECT_EQ(text("[]"), "[]");
  EXPECT_EQ(read_external_message(R"({"data_type": "addFailure"})").text, "no exc_info was given");
}

TEST(ExternalMessage, AnythingElseIsUnknown) {
  for (const char* bytes : {"", "{", "[]", "{}", "12", "\"add_hit\"", R"({"data_type": "addHit"})", R"({"data_type": 7})",
                            R"({"data_type": null})", "\xff\xfe"})
    EXPECT_EQ(read_external_message(bytes).kind, Kind::unknown) << bytes;
  EXPECT_EQ(read_external_message(std::string(100'000, '[')).kind, Kind::unknown);
  EXPECT_EQ(
      read_external_message(R"({"data_type": "add_hit", "status": "200", "elapsed": [], "url": {}, "loads_status": [1, 2, 3, -4]})").status,
      0);
}

TEST(MessageRecorder, CountsAsAReportDoes) {
  MessageRecorder recorder(nullptr);
  recorder.begin_step(2, 10);
  for (const char* bytes : {R"({"data_type": "startTest"})", R"({"data_type": "add_hit", "url": "/", "status": 200, "elapsed": 0.1})",
                            R"({"data_type": "add_hit", "url": "/", "status": 0, "elapsed": 0.1})",
                            R"({"data_type": "addSuccess", "loads_status": [1, 9, 1, 7]})",
                            R"({"data_type": "addFailure", "exc_info": ["a", "b", "c"], "loads_status": [1, 9, 1, 8]})",
                            R"({"data_type": "addError", "loads_status": [1, 9, 1, 8]})", R"({"data_type": "socket_open"})",
                            R"({"data_type": "socket_message", "size": 12})", R"({"data_type": "socket_close"})",
                            R"({"data_type": "incr_counter", "name": "carts", "by": 3})", "nonsense", R"({"data_type": "stopTest"})"})
    recorder.add(read_external_message(bytes));
  const metrics::Tally tally = recorder.tally();
  EXPECT_EQ(tally.answered, 1U);
  EXPECT_EQ(tally.unanswered, 1U);
  EXPECT_EQ(tally.in_flight(), 0U);
  EXPECT_EQ(tally.runs(), 3U);
  EXPECT_EQ(recorder.unknown(), 1U);
  EXPECT_TRUE(recorder.has_complained(8));
  EXPECT_FALSE(recorder.has_complained(7));
  const metrics::Slice slice = recorder.take();
  EXPECT_EQ(slice.step, 2U);
  EXPECT_EQ(slice.hits(), 1U);
  EXPECT_EQ(slice.runs(metrics::Outcome::failure), 1U);
  EXPECT_EQ(slice.sockets.opened, 1U);
  EXPECT_EQ(slice.sockets.bytes_received, 12U);
  EXPECT_EQ(slice.counters.at("carts"), 3);
  EXPECT_EQ(slice.problems.kinds(), 2U);
}

}  // namespace
}  // namespace loads::runner
