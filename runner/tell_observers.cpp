#include "runner/tell_observers.h"

#include <chrono>
#include <string>
#include <thread>

#include "engine/guard/crash_guard.h"
#include "observer/teller.h"
#include "runner/cluster/order.h"

namespace loads::runner {
namespace {

constexpr std::chrono::milliseconds kLookPeriod{20};
constexpr std::chrono::seconds kSilent{1};  // for so long nobody is told that the run is over and the command is not

// In the words that a broker has for it.
std::string state_of(const Report& report) {
  if (report.ending == Ending::aborted) return "stopped";
  switch (result_of(report)) {
    case Result::passed:
    case Result::failed: return "finished";
    case Result::stopped: return "stopped";
    case Result::crashed:
    case Result::incomplete: break;
  }
  return "incomplete";
}

observer::RunEnd end_of(const Report& report) {
  const metrics::Slice& all = report.totals.all();
  return {.run = report.run_id,
          .test = report.plan.test,
          .state = state_of(report),
          .validity = validity_of(report),
          .exit_code = report.exit_code,
          .hits = all.hits(),
          .errors = all.runs(metrics::Outcome::error),
          .failures = all.runs(metrics::Outcome::failure),
          .started = report.started,
          .duration = report.duration,
          .user = login_at_host(),
          .tag = report.tag,
          .message = report.missing,
          .crossed = observer::crossed(report.thresholds),
          .aborted = report.abort.reason};
}

}  // namespace

void tell_observers(const std::vector<proto::Observer>& observers, const Report& report, Signals& signals, std::ostream& errors) {
  while (signals.poll()) {  // one that came when the run was ending has nothing to end any more
  }
  observer::Teller teller;
  for (const proto::Observer& observer : observers) teller.add({observer, end_of(report)});
  const auto said_at = std::chrono::steady_clock::now() + kSilent;
  bool said = false;
  while (teller.pending() > 0) {
    if (!said && std::chrono::steady_clock::now() >= said_at) {
      said = true;
      errors << "Telling the observers ... (Ctrl-C: no longer)" << std::endl;
    }
    for (const observer::Told& told : teller.take()) {
      if (!told.trouble.empty()) errors << "loads-runner: " << told.trouble << " [observer]" << std::endl;
    }
    if (signals.poll()) {
      errors << "loads-runner: not every observer was told [observer]" << std::endl;
      return;
    }
    guard::prolong_hold();  // a crashed test's thread has still to wait
    std::this_thread::sleep_for(kLookPeriod);
  }
}

}  // namespace loads::runner
