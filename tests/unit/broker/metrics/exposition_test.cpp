#include "broker/metrics/exposition.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace loads::broker {
namespace {

using testing::HasSubstr;
using testing::Not;

metrics::RequestStats answered(std::uint64_t count, std::uint64_t microseconds = 1000) {
  metrics::RequestStats stats;
  stats.statuses[200] = count;
  stats.response_times.record(microseconds, count);
  return stats;
}

RunFigures run_of(const std::string& id, const std::vector<std::string>& names, int submitted = 0) {
  RunFigures run;
  run.run = id;
  run.test = "example.T.t";
  run.state = "running";
  run.submitted = proto::WallTime(std::chrono::seconds(submitted));
  run.users = 5;
  for (const std::string& name : names) run.requests[name].add(answered(3));
  return run;
}

std::string shown(std::vector<RunFigures> runs) { return exposition({"1.0.0", {1, 2, 0, 0}, std::move(runs)}); }

// Each sample up to its value: no two may be the same, or Prometheus takes none of the text.
std::vector<std::string> series_of(const std::string& text) {
  std::vector<std::string> series;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('#')) series.push_back(line.substr(0, line.rfind(' ')));
  }
  return series;
}

std::size_t names_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      series_of(text), [](const std::string& series) { return series.starts_with("loads_http_request_duration_seconds_count"); }));
}

TEST(Exposition, HasAHistogramOfEachName) {
  const std::string text = shown({run_of("4f1c09ab", {"GET /"})});
  const std::string labels = R"(run="4f1c09ab",test="example.T.t",name="GET /",method="GET")";
  EXPECT_THAT(text, HasSubstr("\n# TYPE loads_http_request_duration_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_http_request_duration_seconds_bucket{" + labels + ",le=\"0.001\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_http_request_duration_seconds_bucket{" + labels + ",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_http_request_duration_seconds_sum{" + labels + "} 0.003\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_http_requests_total{" + labels + ",code=\"200\"} 3\n"));
}

TEST(Exposition, HasUsersAndAgents) {
  const std::string text = shown({run_of("4f1c09ab", {})});
  EXPECT_THAT(text, HasSubstr("\nloads_users{run=\"4f1c09ab\",test=\"example.T.t\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_agents{state=\"free\"} 1\nloads_agents{state=\"busy\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("\nloads_test_runs_total{run=\"4f1c09ab\",test=\"example.T.t\",outcome=\"cut_off\"} 0\n"));
  EXPECT_THAT(shown({}), HasSubstr("\nloads_broker_info{version=\"1.0.0\"} 1\n"));
}

TEST(Exposition, SaysOfARunWhatItsFiguresAre) {
  RunFigures run = run_of("4f1c09ab", {});
  run.validity = metrics::Validity::invalid;
  const std::string labels = R"(run="4f1c09ab",test="example.T.t",validity=)";
  EXPECT_THAT(shown({run}), HasSubstr("\nloads_run_validity{" + labels + "\"suspect\"} 0\nloads_run_validity{" + labels +
                                      "\"valid\"} 0\nloads_run_validity{" + labels + "\"invalid\"} 1\n"));
}

TEST(Exposition, ShowsAtMost200NamesThoseOfOlderRunsFirst) {
  std::vector<std::string> many;
  for (int i = 0; i < 150; ++i) many.push_back("GET /" + std::to_string(i));
  const std::string text = shown({run_of("bbbbbbbb", many, 2), run_of("aaaaaaaa", many, 1)});
  EXPECT_EQ(names_in(text), 201U);
  EXPECT_THAT(text, HasSubstr("_count{run=\"aaaaaaaa\",test=\"example.T.t\",name=\"GET /149\""));
  EXPECT_THAT(text, HasSubstr("_count{run=\"bbbbbbbb\",test=\"example.T.t\",name=\"other\",method=\"\"} 300\n"));
}

TEST(Exposition, ShowsTheLatestOfTooManyRuns) {
  std::vector<RunFigures> runs;
  for (int i = 0; i < 120; ++i) runs.push_back(run_of("run" + std::to_string(i), {}, i));
  const std::string text = shown(std::move(runs));
  EXPECT_THAT(text, Not(HasSubstr("\"run19\"")));
  EXPECT_THAT(text, HasSubstr("\"run20\""));
}

TEST(Exposition, NamesThatLookTheSameAreOne) {
  const std::string text =
      shown({run_of("4f1c09ab", {"a\x01", "a\x02", "a\xff", std::string(300, 'x') + "1", std::string(300, 'x') + "2"})});
  const std::vector<std::string> series = series_of(text);
  EXPECT_EQ(std::set(series.begin(), series.end()).size(), series.size());
  EXPECT_THAT(text, HasSubstr(R"(name="a?",method=""} 9)"));
}

TEST(Exposition, NothingInANameEndsItsLabel) {
  EXPECT_THAT(shown({run_of("4f1c09ab", {"a\"} 1\nfake{x=\"\\"})}), HasSubstr(R"x(name="a\"} 1?fake{x=\"\\",)x"));
}

TEST(Exposition, LabelsAreShortUtf8WithoutControlCharacters) {
  EXPECT_EQ(label_text("caf\xc3\xa9 \xe2\x82\xac"), "caf\xc3\xa9 \xe2\x82\xac");
  EXPECT_EQ(label_text(std::string("a\0b\x7f\r", 5)), "a?b??");
  EXPECT_EQ(label_text("caf\xe9"), "caf?");
  EXPECT_EQ(label_text(std::string(199, 'x') + "\xc3\xa9"), std::string(199, 'x')) << "cut between two characters";
}

TEST(Exposition, MethodsAreThoseOfHttp) {
  EXPECT_EQ(method_of("GET /search"), "GET");
  EXPECT_EQ(method_of("LOGIN page"), "");
  EXPECT_EQ(method_of("GET"), "");
  EXPECT_EQ(method_of(""), "");
}

}  // namespace
}  // namespace loads::broker
