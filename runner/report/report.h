#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/metrics/doubt.h"
#include "common/metrics/history.h"
#include "common/metrics/problem.h"
#include "common/metrics/totals.h"
#include "common/plan/plan.h"
#include "common/plan/steering.h"
#include "common/thresholds/judge.h"
#include "proto/conditions.h"

namespace loads::runner {

using metrics::Doubt;

// How a run came to its end.
enum class Ending : std::uint8_t {
  completed,
  interrupted,  // by Ctrl-C
  terminated,   // by SIGTERM
  crashed,
  stopped,     // by somebody at another console
  incomplete,  // agents were lost, and what they did with them
  aborted,     // by an abort threshold, or the first problem of a run that fails fast
};

// An agent's part in a distributed run.
struct AgentPart {
  std::string name;             // "host/4711"
  std::string end;              // "completed", "stopped", "crashed", "lost" and so on
  std::string message;          // why; may be empty
  std::uint64_t in_flight = 0;  // at most so many answers of it are missing
};

// A finished run, or one so far: what every output (summary, JSON) reads. A pure value.
struct Report {
  std::string run_id;   // 8 hex digits
  std::string tag;      // its user's note
  std::string version;  // of loads
  plan::Plan plan;
  metrics::WallTime started{};
  std::chrono::duration<double> duration{};
  metrics::Totals totals;
  metrics::History history;
  std::vector<Doubt> doubts;
  std::vector<AgentPart> agents;  // of a distributed run
  std::string missing;            // of a distributed run: which agents were lost or crashed, and what that means
  Ending ending = Ending::completed;
  std::vector<thresholds::Result> thresholds;
  proto::Abort abort;                                // of an aborted run
  std::vector<plan::Steering::Change> load_changes;  // that its user has made while it went on
  double fraction = 1.0;                             // of the plan that was done; drives the bar
  int exit_code = 0;                                 // of the process that reports: verdict(), or a graver one
  bool unjudged = false;                             // by thresholds, since its figures are not to be believed
};

// What a run came to. Stopped, crashed and incomplete runs are so whatever they measured.
enum class Result : std::uint8_t { passed, failed, stopped, crashed, incomplete };
std::string_view to_string(Result result);
Result result_of(const Report& report);

// The exit code that `report` deserves by what was measured: 0, that on failure, or 99 when a threshold was crossed; 130/143 when
// stopped, 3 when the test crashed, 5 when it is incomplete.
struct ExitCodes {
  int on_failure = 1;
  int on_invalid = 98;  // 0: thresholds are judged all the same
};
int verdict(const Report& report, const ExitCodes& codes);

// The run has come to its end: exit_code and unjudged are set.
void settle(Report& report, const ExitCodes& codes);

// Hits per second of what the figures cover; 0 for a run of no time.
double requests_per_second(const Report& report);

// Mean response time of the answered requests in seconds; 0 when nothing was answered.
double average_request_seconds(const Report& report);

// All doubts: the given ones, and those that follow from the figures and from what thresholds make of them.
std::vector<Doubt> all_doubts(const Report& report);

// What they leave of the figures.
metrics::Validity validity_of(const Report& report);

}  // namespace loads::runner
