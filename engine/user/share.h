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
#include "common/metrics/tally.h"
#include "common/plan/plan.h"
#include "engine/user/settings.h"
#include "engine/user/test_registry.h"

namespace loads::user {

// Something about the generator that makes its figures doubtful: "the loop of thread 2 stood still for 1.3 s in test_spin".
struct Warning {
  std::string id;  // "loop-stalled", "cpu", "descriptors"
  std::string message;
};

struct Progress {
  std::uint32_t step = 0;  // running now
  std::uint32_t active_users = 0;
  std::uint64_t finished_runs = 0;  // of all steps
  double fraction = 0;              // of the whole plan, 0 to 1
};

// A share of a plan, run by the threads of this process: the whole plan of a local run, or an agent's part of a distributed one.
//
// Construction checks what can be checked (descriptors, the tests, the slots of the black box) and throws; nothing is sent before start().
// The sink is called with each thread's slice once a second and at the end, from the threads, one call at a time.
class Share {
 public:
  using Sink = std::function<void(metrics::Slice&&)>;
  using StepDone = std::function<void(std::uint32_t step, std::chrono::duration<double>)>;

  Share(plan::Plan plan, std::vector<const TestInfo*> tests, Settings settings, Sink sink, StepDone step_done);
  ~Share();  // cuts and waits
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  // The threads are made at once; the first step, and with it the first request, begins at `at`, so that several shares begin together. A
  // time that has passed, or none, is now.
  void start(std::optional<std::chrono::steady_clock::time_point> at = std::nullopt);
  // As one that has begun at `began`, and comes too late: goes on with what is left of a plan of times, at once.
  void join(std::chrono::steady_clock::time_point began);
  bool wait_for(std::chrono::milliseconds timeout);  // true when every user has ended and every slice was handed over
  void stop();                                       // starts no new test run; those that run end by themselves
  void cut();                                        // cancels what still runs
  // After a test has crashed (guard::crashed()) and while its thread is held: cuts the other threads and hands over what all have measured.
  // Nothing but progress(), tally() and warnings() can be called afterwards; the process has to end without destroying this.
  void rescue();
  Progress progress() const;
  // All threads so far. From any thread, also while a test holds one; covers every slice that the sink has been given, and once the share
  // has ended it is their sum.
  metrics::Tally tally() const;
  std::vector<Warning> warnings() const;
  // The test that has kept a thread to itself for at least `least` and still does: "TestWebSite.test_spin". From any thread.
  std::optional<std::string> holding_test(std::chrono::nanoseconds least) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loads::user
