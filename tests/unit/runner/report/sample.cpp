#include "unit/runner/report/sample.h"

#include <cstdlib>
#include <ctime>

namespace loads::runner {
namespace {

using std::chrono::microseconds;

Report report_of(const metrics::Slice& slice, std::chrono::duration<double> duration) {
  Report report = empty_report();
  report.duration = duration;
  report.totals.add(slice);
  report.totals.set_step_duration(0, duration);
  return report;
}

void set_phases(metrics::RequestStats& stats) {
  stats.phase_time[static_cast<std::size_t>(metrics::Phase::dns)] = microseconds(2400);
  stats.phase_time[static_cast<std::size_t>(metrics::Phase::connect)] = stats.answered * microseconds(400);
  stats.phase_time[static_cast<std::size_t>(metrics::Phase::send)] = stats.answered * microseconds(20);
  stats.phase_time[static_cast<std::size_t>(metrics::Phase::wait)] = stats.answered * microseconds(3100);
  stats.phase_time[static_cast<std::size_t>(metrics::Phase::receive)] = stats.answered * microseconds(100);
}

metrics::Slice busy_slice() {
  metrics::Slice slice;
  answer(slice, "GET /", 40000, 3100);
  answer(slice, "GET /", 7000, 6200);
  answer(slice, "GET /", 1000, 12900);
  answer(slice, "GET /", 3, 48800);
  answer(slice, "GET /", 3, 1000, 503);
  answer(slice, "POST /search", 11000, 6900);
  answer(slice, "POST /search", 992, 24700);
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::connect_refused)] = 14;
  slice.requests["GET /"].connections = 100;
  set_phases(slice.requests["GET /"]);
  set_phases(slice.requests["POST /search"]);
  runs(slice, metrics::Outcome::success, 59995);
  runs(slice, metrics::Outcome::error, 14);
  runs(slice, metrics::Outcome::failure, 3);

  metrics::Problem refused = sample_problem(metrics::ProblemKind::error, "connect: connection refused 127.0.0.1:9200", 14);
  refused.blame = metrics::ErrorClass::target;
  refused.request = "GET /";
  refused.first = sample_time(25);
  refused.last = sample_time(27);
  slice.problems.add(refused);
  metrics::Problem wrong_status = sample_problem(metrics::ProblemKind::failure, "expected status 200, got 503", 3);
  wrong_status.location = "example.cpp:14";
  slice.problems.add(wrong_status);
  return slice;
}

}  // namespace

void use_utc() {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
}

metrics::WallTime sample_time(double seconds) {
  use_utc();
  const auto offset = std::chrono::duration_cast<microseconds>(std::chrono::duration<double>(seconds));
  return metrics::WallTime(std::chrono::seconds(1795436106) + microseconds(375365) + offset);
}

void answer(metrics::Slice& slice, std::string_view name, std::uint64_t count, std::uint64_t duration, int status) {
  metrics::RequestStats& stats = metrics::entry(slice.requests, name);
  stats.answered += count;
  stats.statuses[status] += count;
  stats.answered_time += count * microseconds(duration);
  if (status < 400) stats.response_times.record(duration, count);
}

metrics::Exemplar sample_exemplar(std::string name, int status, std::uint64_t milliseconds) {
  metrics::Exemplar exemplar;
  exemplar.sent = sample_time();
  exemplar.url = "http://localhost:9200" + name.substr(name.find(' ') + 1);
  exemplar.request = name + " HTTP/1.1\n";
  exemplar.name = std::move(name);
  exemplar.status = status;
  exemplar.method = "GET";
  exemplar.total = std::chrono::milliseconds(milliseconds);
  if (milliseconds > 10) {
    exemplar.phases[static_cast<std::size_t>(metrics::Phase::connect)] = std::chrono::milliseconds(10);
    exemplar.phases[static_cast<std::size_t>(metrics::Phase::wait)] = std::chrono::milliseconds(milliseconds - 10);
  }
  exemplar.bytes_sent = 100;
  exemplar.bytes_received = 2000;
  exemplar.new_connection = true;
  exemplar.address = "127.0.0.1:9200";
  exemplar.user = 3;
  exemplar.answer = "HTTP/1.1 " + std::to_string(status) + " OK\n\n{\"ready\": true}";
  return exemplar;
}

void runs(metrics::Slice& slice, metrics::Outcome outcome, std::uint64_t count) {
  slice.outcomes[static_cast<std::size_t>(outcome)] += count;
}

metrics::Problem sample_problem(metrics::ProblemKind kind, std::string message, std::uint64_t count) {
  metrics::Problem problem;
  problem.kind = kind;
  problem.message = std::move(message);
  problem.count = count;
  problem.first = sample_time(10);
  problem.last = sample_time(10);
  return problem;
}

Report empty_report() {
  Report report;
  report.run_id = "4f1c09ab";
  report.version = "1.0.0";
  report.plan.test = "example.TestWebSite.test_es";
  report.plan.steps = {plan::Step{1, 1, std::nullopt}};
  report.started = sample_time();
  return report;
}

Report guide_report() {
  metrics::Slice slice;
  answer(slice, "GET /", 1, 10000);
  runs(slice, metrics::Outcome::success, 1);
  return report_of(slice, std::chrono::duration<double>(0.0256));
}

Report busy_report() {
  Report report = report_of(busy_slice(), std::chrono::duration<double>(60.02));
  report.plan.steps = {plan::Step{100, std::nullopt, plan::Seconds(60)}};
  report.doubts = {{"cpu", "agent host2/4712 was above 90% CPU for 12s: its times are too high. Use more agents or fewer users."}};
  report.exit_code = 1;
  return report;
}

Report refused_report() {
  metrics::Slice slice;
  slice.requests["GET /"].errors[static_cast<std::size_t>(metrics::RequestError::connect_refused)] = 1;
  runs(slice, metrics::Outcome::error, 1);
  metrics::Problem problem = sample_problem(metrics::ProblemKind::error, "nothing answers at 127.0.0.1:1: connection refused", 1);
  problem.request = "GET /";
  slice.problems.add(problem);
  Report report = report_of(slice, std::chrono::duration<double>(0));
  report.exit_code = 1;
  return report;
}

Report judged(Report report, const std::vector<std::string>& expressions) {
  report.thresholds = thresholds::judge_all(expressions, report.totals.all(), report.duration);
  report.exit_code = verdict(report, {});
  return report;
}

}  // namespace loads::runner
