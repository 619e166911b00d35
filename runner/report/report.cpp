#include "runner/report/report.h"

#include "common/failure.h"
#include "common/metrics/verdict.h"
#include "common/thresholds/doubts.h"

namespace loads::runner {

std::string_view to_string(Result result) {
  switch (result) {
    case Result::passed: return "passed";
    case Result::failed: return "failed";
    case Result::stopped: return "stopped";
    case Result::crashed: return "crashed";
    case Result::incomplete: return "incomplete";
  }
  return "failed";
}

Result result_of(const Report& report) {
  switch (report.ending) {
    case Ending::crashed: return Result::crashed;
    case Ending::incomplete: return Result::incomplete;
    case Ending::stopped:
    case Ending::interrupted:
    case Ending::terminated: return Result::stopped;
    case Ending::aborted: return Result::failed;
    case Ending::completed: break;
  }
  const bool failed = metrics::failed(report.totals.all()) || thresholds::count_crossed(report.thresholds) > 0;
  return failed ? Result::failed : Result::passed;
}

namespace {

// Whether it was to be judged by thresholds, and its figures are not to be believed.
bool is_disbelieved(const Report& report) {
  const bool judged = report.abort.by_threshold || !report.thresholds.empty();
  return judged && validity_of(report) == metrics::Validity::invalid;
}

bool is_unjudged(const Report& report, const ExitCodes& codes) {
  const bool whole = report.ending == Ending::completed || report.ending == Ending::aborted;
  return whole && codes.on_invalid != exit_code::passed && is_disbelieved(report);
}

}  // namespace

int verdict(const Report& report, const ExitCodes& codes) {
  switch (report.ending) {
    case Ending::crashed: return exit_code::cannot_load;
    case Ending::incomplete: return exit_code::too_few_agents;
    case Ending::stopped:
    case Ending::interrupted: return exit_code::interrupted;
    case Ending::terminated: return exit_code::terminated;
    case Ending::aborted:
    case Ending::completed: break;
  }
  if (is_unjudged(report, codes)) return codes.on_invalid;
  if (report.abort.by_threshold || thresholds::count_crossed(report.thresholds) > 0) return exit_code::thresholds_crossed;
  return metrics::failed(report.totals.all()) ? codes.on_failure : exit_code::passed;
}

void settle(Report& report, const ExitCodes& codes) {
  report.exit_code = verdict(report, codes);
  report.unjudged = is_unjudged(report, codes);
}

double requests_per_second(const Report& report) {
  const double seconds = report.plan.measured(report.duration).count();
  return seconds > 0 ? static_cast<double>(report.totals.all().hits()) / seconds : 0.0;
}

double average_request_seconds(const Report& report) {
  std::uint64_t timed = 0;
  std::chrono::duration<double> time{0};
  for (const auto& [name, stats] : report.totals.all().requests) {
    timed += stats.timed();
    time += stats.answered_time;
  }
  return timed == 0 ? 0.0 : time.count() / static_cast<double>(timed);
}

std::vector<Doubt> all_doubts(const Report& report) {
  std::vector<Doubt> doubts = report.doubts;
  const auto add = [&](std::vector<Doubt> more) { doubts.insert(doubts.end(), more.begin(), more.end()); };
  add(metrics::doubts_about(report.totals.all()));
  add(thresholds::doubts_about(report.thresholds, report.plan.measured(report.duration)));
  return doubts;
}

metrics::Validity validity_of(const Report& report) { return metrics::validity_of(all_doubts(report)); }

}  // namespace loads::runner
