#include "runner/capacity/level_run.h"

#include <algorithm>
#include <cmath>

#include "common/thresholds/parse.h"
#include "runner/capacity/growth.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using metrics::Outcome;
using thresholds::Metric;

constexpr double kTolerablyUnread = 0.01;  // of the answers

// The level's own time, without what was under way at its end.
std::chrono::duration<double> planned(const Report& report) {
  return report.plan.total_duration().value_or(plan::Seconds(report.duration));
}

// Without the full stop.
std::string clause_of(std::string sentences) {
  if (sentences.ends_with('.')) sentences.pop_back();
  return sentences;
}

void add_conditions(const Report& report, std::vector<Reason>& reasons) {
  for (const thresholds::Result& one : report.thresholds) {
    if (!one.passed && one.value) reasons.push_back({one.threshold.text, subject_of(one.threshold) + " was " + value_text(one)});
  }
}

// Told last: as a rule they have none because of the others.
void add_conditions_without_data(const Report& report, std::vector<Reason>& reasons) {
  for (const thresholds::Result& one : report.thresholds) {
    const std::string why = one.why.empty() ? "" : ": " + clause_of(one.why);
    if (!one.value) reasons.push_back({one.threshold.text, "there was no data of " + subject_of(one.threshold) + why});
  }
}

void add_abort(const Report& report, std::vector<Reason>& reasons) {
  if (report.ending == Ending::aborted) reasons.push_back({"was aborted", "it was aborted: " + clause_of(report.abort.reason)});
}

// It says nothing about its rate, and is tried again.
void add_load_changes(const Report& report, std::vector<Reason>& reasons) {
  if (!report.load_changes.empty()) reasons.push_back({"load changed", "its load was changed while it went on (--scale, --pause)"});
}

void add_users(const Report& report, std::vector<Reason>& reasons) {
  const metrics::ArrivalStats& arrivals = report.totals.all().arrivals;
  if (arrivals.waited.count() + arrivals.missed == 0) return;
  const std::uint32_t users = report.plan.steps.empty() ? 0 : report.plan.steps.front().users;
  reasons.push_back({"no user free", counted(arrivals.waited.count(), "test run", "test runs") + " had to wait for a user and " +
                                         std::to_string(arrivals.missed) + " never began: all users that may be (--max-users " +
                                         std::to_string(users) + ") were at work"});
}

void add_growth(const Report& report, std::vector<Reason>& reasons) {
  const auto growth = response_time_growth(report.history, report.plan.warm_up, planned(report));
  if (growth) reasons.push_back({"falls behind", "response times grew by " + decimal(*growth * 1000, 0) + "ms each second"});
}

// Percentiles are those of answers below 400: a target that only says no would be quick.
void add_unread_statuses(const Report& report, std::vector<Reason>& reasons) {
  const metrics::Slice& all = report.totals.all();
  std::uint64_t unread = 0;
  for (const auto& [status, count] : all.unread_statuses) unread += count;
  if (static_cast<double>(unread) <= kTolerablyUnread * static_cast<double>(all.hits())) return;
  const auto most = std::max_element(all.unread_statuses.begin(), all.unread_statuses.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::string status = std::to_string(most->first);
  reasons.push_back({"status " + status, status + " came " + counted(most->second, "time", "times") + ", at which the test does not look"});
}

void add_silence(const Report& report, std::vector<Reason>& reasons) {
  if (report.totals.all().hits() > 0) return;
  const auto problems = report.totals.all().problems.worst_first();
  reasons.push_back(
      {"no answers", "nothing was answered" + (problems.empty() ? "" : ", " + clause_of(printable(problems.front().message)))});
}

std::vector<Reason> reasons_against(const Report& report) {
  std::vector<Reason> reasons;
  add_load_changes(report, reasons);
  add_silence(report, reasons);
  add_abort(report, reasons);
  add_conditions(report, reasons);
  add_unread_statuses(report, reasons);
  add_users(report, reasons);
  add_growth(report, reasons);
  add_conditions_without_data(report, reasons);
  return reasons;
}

std::uint64_t ended(const metrics::Slice& all) {
  return all.runs(Outcome::success) + all.runs(Outcome::error) + all.runs(Outcome::failure);
}

}  // namespace

LevelRun level_run(const Report& report, double rate) {
  const metrics::Slice& all = report.totals.all();
  const metrics::Histogram times = all.all_requests().response_times;
  const double seconds = report.plan.measured(report.duration).count();
  LevelRun run;
  run.rate = rate;
  run.run_id = report.run_id;
  run.reasons = reasons_against(report);
  run.validity = validity_of(report);
  run.doubts = all_doubts(report);
  std::erase_if(run.doubts, [](const Doubt& doubt) { return doubt.validity == metrics::Validity::valid; });
  run.conditions = report.thresholds;
  run.runs = ended(all);
  run.runs_per_second = seconds > 0 ? static_cast<double>(run.runs) / seconds : 0;
  run.hits_per_second = requests_per_second(report);
  run.errors = all.runs(Outcome::error);
  run.failures = all.runs(Outcome::failure);
  run.average_seconds = average_request_seconds(report);
  run.p50 = times.percentile(0.5);
  run.p95 = times.percentile(0.95);
  run.p99 = times.percentile(0.99);
  return run;
}

std::vector<std::string> implied_conditions(const std::vector<std::string>& conditions) {
  const auto speak_of = [&](Metric metric) {
    return std::any_of(conditions.begin(), conditions.end(), [&](const std::string& one) {
      const Metric spoken_of = thresholds::parse(one).metric;
      return spoken_of == metric || spoken_of == Metric::success;
    });
  };
  std::vector<std::string> implied;
  if (!speak_of(Metric::errors)) implied.emplace_back("errors<1%");
  if (!speak_of(Metric::failures)) implied.emplace_back("failures<1%");
  return implied;
}

std::string subject_of(const thresholds::Threshold& threshold) {
  std::string text = threshold.text.substr(0, threshold.text.rfind(to_string(threshold.comparison)));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

}  // namespace loads::runner
