#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/metrics/slice.h"
#include "common/plan/plan.h"
#include "engine/user/test_registry.h"

namespace loads::user {

enum class TraceLevel : std::uint8_t { off, heads, full };   // request and answer heads; bodies too

// What a run is told, beside its plan.
struct Settings {
  std::uint32_t threads = 0;                       // 0: as many as there are cores
  std::string server_url;                          // root of relative URLs; empty: the test's own default
  std::vector<std::pair<std::string, std::string>> headers;   // sent with every request
  std::chrono::nanoseconds timeout = std::chrono::seconds(60);          // of a whole request
  std::chrono::nanoseconds connect_timeout = std::chrono::seconds(10);
  bool resolve_once = true;                        // false: --no-dns-resolve, a name is looked up for every connection
  std::uint64_t seed = 0;                          // of the users' random generators
  TraceLevel trace = TraceLevel::off;              // to stderr
  std::vector<std::pair<std::string, std::string>> variables;   // -e NAME=VALUE, read by tests through user().variable()
};

// Something about the generator that makes its figures doubtful: "the loop of thread 2 stood still for 1.3 s in test_spin".
struct Warning {
  std::string id;        // "loop-stalled", "cpu", "descriptors"
  std::string message;
};

struct Progress {
  std::uint32_t step = 0;             // running now
  std::uint32_t active_users = 0;
  std::uint64_t finished_runs = 0;    // of all steps
  double fraction = 0;                // of the whole plan, 0 to 1
};

// A share of a plan, run by the threads of this process: the whole plan of a local run, or an agent's part of a distributed one.
//
// Construction checks what can be checked (descriptors, the tests) and throws; nothing is sent before start(). The sink is called with each thread's slice
// once a second and at the end, from the threads, one call at a time.
class Share {
 public:
  using Sink = std::function<void(metrics::Slice&&)>;
  using StepDone = std::function<void(std::uint32_t step, std::chrono::duration<double>)>;

  Share(plan::Plan plan, std::vector<const TestInfo*> tests, Settings settings, Sink sink, StepDone step_done);
  ~Share();                                          // cuts and waits
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  void start();
  bool wait_for(std::chrono::milliseconds timeout);  // true when every user has ended and every slice was handed over
  void stop();                                       // starts no new test run; those that run end by themselves
  void cut();                                        // cancels what still runs
  Progress progress() const;
  std::vector<Warning> warnings() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The open files that `users` users need. Raises the soft limit to the hard one; throws loads::Failure(exit_code::local_resource) when that
// is not enough, naming the number of users that would fit.
void ensure_descriptors(std::uint32_t users);

}  // namespace loads::user
