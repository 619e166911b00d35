#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/doubt.h"
#include "common/metrics/slice.h"
#include "common/metrics/tally.h"
#include "common/plan/steering.h"

namespace loads::user {

// Of the generator: "the loop of thread 2 stood still for 1.3 s in test_spin".
using Warning = metrics::Doubt;

struct Progress {
  std::uint32_t step = 0;  // running now
  std::uint32_t active_users = 0;
  std::uint64_t finished_runs = 0;  // of all steps
  double fraction = 0;              // of the whole plan, 0 to 1
};

// A share of a plan that is being run, whoever runs it: the whole plan of a local run, or an agent's part of a distributed one.
//
// Nothing is sent before start(). The sink is called with what was measured once a second and at the end, one call at a time, from threads
// of the share.
class Share {
 public:
  using Sink = std::function<void(metrics::Slice&&)>;
  using StepDone = std::function<void(std::uint32_t step, std::chrono::duration<double>)>;
  using TimePoint = std::chrono::steady_clock::time_point;

  virtual ~Share() = default;  // cuts and waits

  // The first step, and with it the first request, begins at `at`, so that several shares begin together. A time that has passed, or none,
  // is now.
  virtual void start(std::optional<TimePoint> at) = 0;
  // As one that has begun at `began`, and comes too late: goes on with what is left of a plan of times, at once.
  // Where the plan is at `as_of`, a moment ago, says which step that is: one that has ended since is still done, though nothing is left
  // of it. Several that join together, and wait for each other between steps, are told the same.
  virtual void join(TimePoint began, TimePoint as_of) = 0;
  virtual bool wait_for(std::chrono::milliseconds timeout) = 0;  // true when every user has ended and every slice was handed over
  virtual void stop() = 0;                                       // starts no new test run; those that run end by themselves
  virtual void cut() = 0;                                        // cancels what still runs
  // Changes the load from now on; before start(), too. All so far, what came before included; one that is not more than that is ignored.
  virtual void steer(const plan::Steering& steering) = 0;

  // What has crashed of it, in words that name the test: "SIGSEGV in test TestWebSite.test_es".
  virtual std::optional<std::string> crashed() const = 0;
  // After that: cuts what is left and hands over what all have measured. Nothing but progress(), tally() and warnings() can be called
  // afterwards; where the test's thread is of this process (wait_for() stays false) the process has to end without destroying this.
  virtual void rescue() = 0;

  virtual Progress progress() const = 0;
  // So far. From any thread, also while a test holds one of the share's; covers every slice that the sink has been given, and once the
  // share has ended it is their sum.
  virtual metrics::Tally tally() const = 0;
  virtual std::vector<Warning> warnings() const = 0;
  // The expressions that the test's own code wants the run to be judged by.
  virtual std::vector<std::string> thresholds() const { return {}; }
  // The test that has kept a thread to itself for at least `least` and still does: "TestWebSite.test_spin". From any thread.
  virtual std::optional<std::string> holding_test(std::chrono::nanoseconds least) const = 0;
};

}  // namespace loads::user
