#include "runner/report/json.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "runner/report/output_file.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kValidator = R"(
import json, sys, jsonschema
schema, document = (json.load(open(name)) for name in sys.argv[1:3])
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
for error in errors: print(error.json_path, error.message)
sys.exit(1 if errors else 0)
)";

fs::path schema() { return fs::path(__FILE__).parent_path() / "../../../../docs/schema/summary-1.json"; }

// The exit code of Python's validator: 0 valid, 1 not.
int validate(const std::string& document) {
  std::string file = (fs::temp_directory_path() / "loads-json-XXXXXX").string();
  const int descriptor = ::mkstemp(file.data());
  if (descriptor < 0) return -1;
  ::close(descriptor);
  write_file(file, document);
  const std::string schema_file = schema().string();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execlp("python3", "python3", "-c", kValidator, schema_file.c_str(), file.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fs::remove(file);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

Report report_with_everything() {
  metrics::Slice more;
  more.step = 1;
  more.counters["logins"] = -12;
  more.trends["rows"].record(2500, 1000);
  more.checks["has a title"] = {399, 1};
  more.sockets.opened = 2;
  more.sockets.bytes_received = 77;
  more.sockets.closed = 1;
  more.sockets.messages_sent = 3;
  more.sockets.round_trips.record(1500);
  more.sockets.errors[static_cast<std::size_t>(metrics::SocketError::lost)] = 4;
  metrics::Exemplar exemplar = sample_exemplar("GET /slow", 200, 1240);
  more.exemplars.add(exemplar);
  exemplar.message = "expected a basket";
  exemplar.location = "shop.cpp:14";
  more.exemplars.add(exemplar);
  exemplar.status = 0;
  exemplar.error = metrics::RequestError::timeout;
  exemplar.answer.clear();
  more.exemplars.add(exemplar);
  Report report = busy_report();
  report.totals.add(more);
  report.thresholds = thresholds::judge_all({"p95<500ms", "errors<1%", "rps>1", "p50{no such}<1s"}, report.totals.all(), report.duration);
  return report;
}

TEST(JsonSummary, OfEveryKindOfRunIsValid) {
  EXPECT_EQ(validate(to_json(report_with_everything())), 0);
  EXPECT_EQ(validate(to_json(guide_report())), 0);
  EXPECT_EQ(validate(to_json(refused_report())), 0);
  EXPECT_EQ(validate(to_json(empty_report())), 0);
  Report aborted = busy_report();
  aborted.ending = Ending::aborted;
  aborted.abort = {true, "errors>50% for 10s: 62.1%"};
  EXPECT_EQ(validate(to_json(aborted)), 0);
}

TEST(JsonSummary, IsRefusedBySchemaWithAFieldTooManyOrTooFew) {
  Json json = Json::parse(to_json(guide_report()));
  json["run"]["surprise"] = 1;
  EXPECT_EQ(validate(json.dump()), 1);
  json = Json::parse(to_json(guide_report()));
  json["totals"].erase("hits");
  EXPECT_EQ(validate(json.dump()), 1);
}

TEST(JsonSummary, SchemaDescribesEveryField) {
  const std::string check = R"(
import json, sys
def walk(node, path):
    missing = []
    for name, child in node.get("properties", {}).items():
        if "description" not in child: missing.append(path + "/" + name)
        missing += walk(child, path + "/" + name)
    if node.get("type") == "object" and "additionalProperties" not in node: missing.append(path + " is open")
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict): missing += walk(node[key], path + "/" + key)
    for name, child in node.get("$defs", {}).items(): missing += walk(child, "$defs/" + name)
    return missing
missing = walk(json.load(open(sys.argv[1])), "")
print("\n".join(missing), end="")
sys.exit(1 if missing else 0)
)";
  const pid_t child = ::fork();
  const std::string file = schema().string();
  if (child == 0) {
    ::execlp("python3", "python3", "-c", check.c_str(), file.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(JsonSummary, HasTheFiguresOfTheRun) {
  const Json json = Json::parse(to_json(report_with_everything()));
  EXPECT_EQ(json["schema"], 1);
  EXPECT_EQ(json["run"]["id"], "4f1c09ab");
  EXPECT_EQ(json["run"]["started"], "2026-11-23T12:15:06.375365Z");
  EXPECT_EQ(json["run"]["ending"], "completed");
  EXPECT_EQ(json["plan"]["steps"][0]["users"], 100);
  EXPECT_EQ(json["totals"]["hits"], 59998);
  EXPECT_EQ(json["totals"]["no_answer"], 14);
  EXPECT_EQ(json["totals"]["test_runs"]["success"], 59995);
  EXPECT_EQ(json["status_codes"], (Json{{"200", 59995}, {"503", 3}}));
  EXPECT_EQ(json["no_answer"][0], (Json{{"cause", "connection refused"}, {"class", "target"}, {"count", 14}}));
  EXPECT_EQ(json["requests"][1]["name"], "POST /search");
  EXPECT_EQ(json["errors"][0]["count"], 14);
  EXPECT_EQ(json["errors"][0]["location"], nullptr);
  EXPECT_EQ(json["errors"][0]["request"], "GET /");
  EXPECT_EQ(json["errors"][1]["location"], "example.cpp:14");
  EXPECT_EQ(json["websockets"]["opened"], 2);
  EXPECT_EQ(json["websockets"]["closed"], 1);
  EXPECT_EQ(json["websockets"]["messages_sent"], 3);
  EXPECT_EQ(json["websockets"]["bytes_received"], 77);
  EXPECT_EQ(json["websockets"]["round_trips"]["max"], 0.0015);
  EXPECT_EQ(json["websockets"]["errors"], Json::array({{{"cause", "connection lost"}, {"count", 4}}}));
  EXPECT_EQ(json["exemplars"]["slowest"],
            Json::array({{{"name", "GET /slow"},
                          {"method", "GET"},
                          {"url", "http://localhost:9200/slow"},
                          {"sent", "2026-11-23T12:15:06.375365Z"},
                          {"status", 200},
                          {"cause", nullptr},
                          {"message", nullptr},
                          {"location", nullptr},
                          {"time", 1.24},
                          {"phases", {{"dns", 0.0}, {"connect", 0.01}, {"tls", 0.0}, {"send", 0.0}, {"wait", 1.23}, {"receive", 0.0}}},
                          {"new_connection", true},
                          {"address", "127.0.0.1:9200"},
                          {"bytes_sent", 100},
                          {"bytes_received", 2000},
                          {"step", 1},
                          {"agent", 0},
                          {"user", 3},
                          {"request", "GET /slow HTTP/1.1\n"},
                          {"answer", "HTTP/1.1 200 OK\n\n{\"ready\": true}"}}}));
  EXPECT_EQ(json["exemplars"]["failed"].size(), 2U);
  EXPECT_EQ(json["exemplars"]["failed"][0]["cause"], "timed out");
  EXPECT_EQ(json["exemplars"]["failed"][0]["status"], nullptr);
  EXPECT_EQ(json["exemplars"]["failed"][0]["answer"], nullptr);
  EXPECT_EQ(json["exemplars"]["failed"][1]["location"], "shop.cpp:14");
  EXPECT_EQ(json["steps"].size(), 2U);
  EXPECT_EQ(json["counters"]["logins"], -12);
  EXPECT_EQ(json["trends"]["rows"]["p99_9"], 2.5);
  EXPECT_EQ(json["checks"]["has a title"], (Json{{"passed", 399}, {"failed", 1}}));
  EXPECT_EQ(json["warnings"][0]["id"], "cpu");
  EXPECT_EQ(json["verdict"], "failed");
  EXPECT_EQ(json["exit_code"], 1);
}

TEST(JsonSummary, WritesTimesAsSecondsInFloats) {
  const Json json = Json::parse(to_json(guide_report()));
  EXPECT_EQ(json["response_time"]["max"], 0.01);
  EXPECT_EQ(json["totals"]["average_request_time"], 0.01);
  EXPECT_TRUE(json["phases"]["dns"].is_number_float());
  EXPECT_TRUE(json["plan"]["ramp_up"].is_number_float());
}

TEST(JsonSummary, WritesNullWhereThereIsNoValue) {
  const Json json = Json::parse(to_json(refused_report()));
  EXPECT_TRUE(json["response_time"]["p50"].is_null());
  EXPECT_TRUE(json["response_time"]["mean"].is_null());
  EXPECT_TRUE(json["totals"]["average_request_time"].is_null());
  EXPECT_TRUE(json["totals"]["requests_per_second"].is_null());
  EXPECT_TRUE(json["phases"]["wait"].is_null());
  EXPECT_TRUE(Json::parse(to_json(guide_report()))["response_time"]["p99"].is_null()) << "one value says nothing about the 99th percentile";
}

TEST(JsonSummary, NamesTheAgentsOfADistributedRun) {
  Report report = busy_report();
  EXPECT_FALSE(Json::parse(to_json(report)).contains("agents"));
  report.ending = Ending::incomplete;
  report.agents = {{"host1/1", "completed", "", 0}, {"host2/2", "lost", "silent since 03:12", 7}, {"host3/3", "", "", 0}};
  const std::string text = to_json(report);
  EXPECT_EQ(validate(text), 0);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["run"]["ending"], "incomplete");
  EXPECT_EQ(json["verdict"], "incomplete");
  EXPECT_EQ(json["agents"][1], (Json{{"name", "host2/2"}, {"end", "lost"}, {"message", "silent since 03:12"}, {"in_flight", 7}}));
  EXPECT_TRUE(json["agents"][2]["end"].is_null());
}

TEST(JsonSummary, ReplacesBytesThatAreNotUtf8) {
  metrics::Slice slice;
  answer(slice, "GET /caf\xe9", 1, 1000);
  slice.counters["\xff"] = 1;
  slice.problems.add(sample_problem(metrics::ProblemKind::error, "bad \xc0 byte\x1b", 1));
  Report report = empty_report();
  report.totals.add(slice);
  const std::string text = to_json(report);
  const Json json = Json::parse(text);
  EXPECT_EQ(json["requests"][0]["name"], "GET /caf\xef\xbf\xbd");
  EXPECT_EQ(json["errors"][0]["message"], "bad \xef\xbf\xbd byte\x1b");
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "control characters are escaped";
  EXPECT_EQ(validate(text), 0);
}

TEST(JsonSummary, WarnsOfStatusesThatWentUnnoticed) {
  metrics::Slice slice;
  answer(slice, "GET /", 17, 1000, 503);
  slice.unread_statuses = {{503, 17}};
  runs(slice, metrics::Outcome::success, 17);
  Report report = empty_report();
  report.totals.add(slice);
  EXPECT_EQ(
      Json::parse(to_json(report))["warnings"],
      Json::parse(
          R"([{"id": "status-unchecked", "message": "503 came 17 times, but the test does not check the status", "validity": "valid"}])"));
}

}  // namespace
}  // namespace loads::runner
