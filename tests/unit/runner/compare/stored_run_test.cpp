#include "runner/compare/stored_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runner/report/json.h"
#include "support/refusal.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Document = nlohmann::ordered_json;

Report report_with_history() {
  Report report = busy_report();
  metrics::Slice slice;
  answer(slice, "GET /", 10, 3000);
  runs(slice, metrics::Outcome::error, 2);
  for (int second = 0; second < 60; ++second)
    report.history.add(std::chrono::seconds(second), std::chrono::seconds(second + 1), 1, {slice});
  return report;
}

std::string why_not(const std::string& json) {
  const Refusal refused = refusal([&] { read_result("one.json", json); });
  EXPECT_EQ(refused.code, exit_code::usage);
  EXPECT_EQ(refused.id, "result");
  EXPECT_THAT(refused.message, HasSubstr("one.json cannot be compared: "));
  return refused.message;
}

std::string changed(void (*change)(Document&)) {
  Document json = Document::parse(to_json(report_with_history()));
  change(json);
  return json.dump();
}

TEST(StoredRun, AChangeOfTheLoadIsAnotherPlan) {
  Report report = report_with_history();
  const StoredRun as_planned = read_result("one.json", to_json(report));
  EXPECT_EQ(read_result("one.json", changed([](Document& json) { json["run"].erase("load_changes"); })).plan, as_planned.plan);
  report.load_changes.push_back({plan::Seconds(5), 2});
  const StoredRun changed_one = read_result("one.json", to_json(report));
  EXPECT_EQ(changed_one.plan.back().first, "changes of the load");
  EXPECT_NE(changed_one.plan.back(), as_planned.plan.back());
}

TEST(StoredRun, HasTheFiguresOfItsReport) {
  const Report report = report_with_history();
  const StoredRun stored = read_result("one.json", to_json(report));
  const metrics::RequestStats all = report.totals.all().all_requests();
  EXPECT_EQ(stored.id, report.run_id);
  EXPECT_EQ(stored.description, plan::describe(report.plan));
  EXPECT_EQ(stored.run.all.response_times, all.response_times);
  EXPECT_EQ(stored.run.all.answered, all.answered);
  EXPECT_EQ(stored.run.all.unanswered, all.unanswered());
  EXPECT_EQ(stored.run.errors, report.totals.all().runs(metrics::Outcome::error));
  EXPECT_EQ(stored.run.failures, report.totals.all().runs(metrics::Outcome::failure));
  EXPECT_EQ(stored.run.successes, report.totals.all().runs(metrics::Outcome::success));
  EXPECT_EQ(stored.run.requests.size(), report.totals.all().requests.size());
  EXPECT_TRUE(stored.has_histograms);
  ASSERT_EQ(stored.run.windows.size(), 60U);
  const auto& window = stored.run.windows[7];
  EXPECT_EQ(window.answered, 10U);
  EXPECT_EQ(window.errors, 2U);
  EXPECT_EQ(window.response_times.buckets(), report.history.windows()[7].response_times.buckets());
}

TEST(StoredRun, AsksWhatItsSecondsHave) {
  const std::string old = changed([](Document& json) {
    for (auto& window : json["per_second"]) window.erase("histogram");
  });
  const StoredRun stored = read_result("old.json", old);
  EXPECT_FALSE(stored.has_histograms);
  EXPECT_EQ(stored.run.windows.size(), 60U);
}

TEST(StoredRun, TroubleAndDoubtsAreKept) {
  Report report = report_with_history();
  report.ending = Ending::incomplete;
  report.doubts = {{"cpu", "busy"},
                   {"cpu", "busy again"},
                   {"stalls", "slow", metrics::Validity::invalid},
                   {"fine", "but noted", metrics::Validity::valid}};
  const StoredRun stored = read_result("one.json", to_json(report));
  EXPECT_EQ(stored.trouble, "incomplete");
  EXPECT_THAT(stored.doubts, testing::IsSupersetOf({"cpu", "stalls"}));
  EXPECT_THAT(stored.doubts, testing::Not(testing::Contains("fine")));
  EXPECT_EQ(stored.validity, "invalid");
  EXPECT_EQ(std::count(stored.doubts.begin(), stored.doubts.end(), "cpu"), 1);
}

TEST(StoredRun, WhatIsNoResultIsRefused) {
  EXPECT_THAT(why_not(changed([](Document& json) { json["validity"] = "perhaps"; })), HasSubstr("the validity of its figures is none"));
  EXPECT_THAT(why_not(""), HasSubstr("it is no JSON, or not all of it"));
  EXPECT_THAT(why_not("<html>"), HasSubstr("it is no JSON"));
  EXPECT_THAT(why_not("[]"), HasSubstr("it is JSON of something else. It takes what loads-runner --json FILE has written"));
  EXPECT_THAT(why_not(R"({"metrics": {"http_req_duration": {}}})"), HasSubstr("something else"));
  EXPECT_THAT(why_not(changed([](Document& json) { json["schema"] = 2; })), HasSubstr("its schema is 2"));
}

TEST(StoredRun, EveryTruncatedResultIsRefused) {
  const std::string whole = to_json(report_with_history());
  for (std::size_t size = 0; size < whole.size() - 2; size += 997)
    EXPECT_THAT(why_not(whole.substr(0, size)), HasSubstr("not all of it")) << size;
}

TEST(StoredRun, WhatIsDamagedIsRefused) {
  const auto damage = [](void (*change)(Document&)) { return why_not(changed(change)); };
  EXPECT_THAT(damage([](Document& json) { json["response_time"]["histogram"] = "AAAA"; }), HasSubstr("a histogram is none"));
  EXPECT_THAT(damage([](Document& json) { json["per_second"][3]["histogram"] = "!"; }), HasSubstr("a histogram is none"));
  EXPECT_THAT(damage([](Document& json) { json["totals"]["hits"] = -1; }), HasSubstr("it is damaged"));
  EXPECT_THAT(damage([](Document& json) { json["totals"]["hits"] = "many"; }), HasSubstr("it is damaged"));
  EXPECT_THAT(damage([](Document& json) { json["totals"]["no_answer"] = std::uint64_t{1} << 60; }),
              HasSubstr("a count is 1152921504606846976"));
  EXPECT_THAT(damage([](Document& json) { json["run"]["duration"] = -3; }), HasSubstr("run.duration is -3"));
  EXPECT_THAT(damage([](Document& json) { json["per_second"][0]["duration"] = 0; }), HasSubstr("the width of per_second is 0"));
  EXPECT_THAT(damage([](Document& json) { json["per_second"][0]["duration"] = 1e300; }), HasSubstr("the width of per_second"));
  EXPECT_THAT(damage([](Document& json) { json["per_second"] = Document::array({1, 2}); }), HasSubstr("it is damaged"));
  EXPECT_THAT(damage([](Document& json) { json.erase("requests"); }), HasSubstr("it is damaged"));
  EXPECT_THAT(damage([](Document& json) {
                for (int i = 0; i < 3600; ++i) json["per_second"].push_back(json["per_second"][0]);
              }),
              HasSubstr("per_second is too long"));
}

}  // namespace
}  // namespace loads::runner
