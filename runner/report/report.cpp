#include "runner/report/report.h"

#include <algorithm>
#include <array>

#include "common/failure.h"
#include "common/metrics/verdict.h"

namespace loads::runner {
namespace {

using metrics::Validity;

constexpr std::uint64_t kTolerablyLate = 10'000;  // microseconds
constexpr double kTolerablyUnsent = 0.01;         // of what was answered

// How often requests ended without an answer, by cause.
using ErrorCounts = std::array<std::uint64_t, metrics::kRequestErrors>;

ErrorCounts request_errors(const metrics::Slice& slice) {
  ErrorCounts counts{};
  for (const auto& [name, stats] : slice.requests) {
    for (std::size_t cause = 0; cause < counts.size(); ++cause) counts[cause] += stats.errors[cause];
  }
  return counts;
}

std::string not_sent(std::uint64_t count, metrics::RequestError cause) {
  return std::to_string(count) + (count == 1 ? " request was" : " requests were") + " not sent: this machine is " +
         std::string(metrics::to_string(cause)) + ".";
}

std::string milliseconds(std::uint64_t microseconds) { return std::to_string((microseconds + 500) / 1000) + " ms"; }

// Whose fault it was is said: that of this machine, or of too few users.
void add_doubts(const metrics::ArrivalStats& arrivals, std::vector<Doubt>& doubts) {
  if (const auto late = arrivals.late.percentile(0.99); late && *late > kTolerablyLate) {
    const auto often = arrivals.late.percentile(0.9);
    doubts.push_back({"late-sends",
                      "1 of 100 test runs began " + milliseconds(*late) +
                          " late or more, though there was a user for it: the generator was too slow. Use more threads, more machines or a "
                          "lower rate.",
                      often && *often > kTolerablyLate ? Validity::invalid : Validity::suspect});
  }
  if (arrivals.waited.count() + arrivals.missed > 0) {
    doubts.push_back(
        {"max-users",
         std::to_string(arrivals.waited.count()) + " test runs had to wait for a user and " + std::to_string(arrivals.missed) +
             " never began: as many as may be were waiting for the target. For the whole rate allow more users (--max-users), or "
             "take it as what the target can bear.",
         Validity::valid});
  }
}

}  // namespace

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

bool is_disbelieved(const Report& report) {
  const bool judged = report.abort.by_threshold || !report.thresholds.empty();
  return judged && validity_of(report) == Validity::invalid;
}

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
  if (codes.on_invalid != exit_code::passed && is_disbelieved(report)) return codes.on_invalid;
  if (report.abort.by_threshold || thresholds::count_crossed(report.thresholds) > 0) return exit_code::thresholds_crossed;
  return metrics::failed(report.totals.all()) ? codes.on_failure : exit_code::passed;
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
  add_doubts(report.totals.all().arrivals, doubts);
  const ErrorCounts errors = request_errors(report.totals.all());
  const std::pair<metrics::RequestError, const char*> causes[] = {{metrics::RequestError::no_descriptors, "descriptors"},
                                                                  {metrics::RequestError::no_ports, "ports"},
                                                                  {metrics::RequestError::not_allowed, "target-not-allowed"},
                                                                  {metrics::RequestError::no_local_address, "local-address"}};
  for (const auto& [cause, id] : causes) {
    const std::uint64_t count = errors[static_cast<std::size_t>(cause)];
    const bool are_many = static_cast<double>(count) > kTolerablyUnsent * static_cast<double>(report.totals.all().hits());
    if (count > 0) doubts.push_back({id, not_sent(count, cause), are_many ? Validity::invalid : Validity::suspect});
  }
  return doubts;
}

metrics::Validity validity_of(const Report& report) {
  Validity validity = Validity::valid;
  for (const Doubt& doubt : all_doubts(report)) validity = metrics::worse(validity, doubt.validity);
  return validity;
}

}  // namespace loads::runner
