#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/metrics/tally.h"
#include "common/metrics/validity.h"
#include "common/plan/plan.h"
#include "proto/conditions.h"
#include "proto/connection_settings.h"
#include "proto/external_runner.h"
#include "proto/metrics_values.h"
#include "proto/python_packages.h"
#include "proto/session_settings.h"
#include "proto/values.h"

// What several messages have in common: what a run is to do, and how it stands. Wire forms: PROTOCOL.md.
namespace loads::proto {

using WallTime = std::chrono::system_clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

// The number of a lease: the right of one incarnation of an agent to run its share of one run. Unique within the run, never given twice.
using Lease = std::uint32_t;

// The states of a run, in their order. The last four are ends.
enum class RunState : std::uint8_t {
  queued,      // waits for enough free agents
  preparing,   // agents are reserved; the test is on its way to them and is loaded
  ready,       // every agent has loaded it; the start is arranged
  running,     //
  stopping,    // no new test runs; those under way end
  finished,    // everything that was planned has been done and counted
  stopped,     // by its user; everything that was done has been counted
  incomplete,  // agents were lost: what is missing is named
  failed,      // nothing was sent
};
constexpr std::size_t count_of(RunState) { return 9; }
std::string_view to_string(RunState state);
constexpr bool is_over(RunState state) { return state >= RunState::finished; }

// How an agent's share of a run ended.
enum class ShareEnd : std::uint8_t {
  completed,    // as planned
  stopped,      // on request
  crashed,      // the test crashed its worker, or held a thread for ever; the message names it
  worker_lost,  // the worker process was killed, by a signal that the test did not cause itself as far as one can tell
  agent_lost,   // the agent was killed; its next incarnation reports what the black box holds
  abandoned,    // the agent stopped by itself: its broker was silent for too long
};
constexpr std::size_t count_of(ShareEnd) { return 6; }
std::string_view to_string(ShareEnd end);
constexpr bool is_loss(ShareEnd end) { return end != ShareEnd::completed && end != ShareEnd::stopped; }

// What an agent does when the broker is silent.
enum class BrokerLoss : std::uint8_t { continue_for, stop, go_on };
constexpr std::size_t count_of(BrokerLoss) { return 3; }

// With RunOrder::rebalance a lease is good for so long: on the broker's clock since it last heard of the holder, on the holder's since it
// sent the last beat that was answered. The holder begins to stop, and is done with it, before another may have its share.
inline constexpr Nanoseconds kLeaseTtl = std::chrono::seconds(12);
inline constexpr Nanoseconds kLeaseStop = std::chrono::seconds(9);  // no new test runs
inline constexpr Nanoseconds kLeaseCut = std::chrono::seconds(11);  // nothing is sent any more

inline constexpr std::size_t kLongestNote = 500;  // bytes: it is shown in lists of runs

// How long an agent may take to install what a test in Python needs.
inline constexpr Nanoseconds kInstallLimit = std::chrono::minutes(10);

// What the engine is told, beside the plan: the part of user::Settings that travels.
struct EngineSettings {
  std::uint32_t threads = 0;
  std::string server_url;
  std::vector<std::pair<std::string, std::string>> headers;
  Nanoseconds timeout{};
  Nanoseconds stop_timeout{};
  bool resolve_once = true;
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> variables;
  ConnectionSettings connections{};
  SessionSettings session{};
  bool no_patching = false;

  static void fields(auto& self, auto&& field) {
    field("threads", self.threads);
    field("server_url", self.server_url);
    field("headers", self.headers);
    field("timeout", self.timeout);
    field("stop_timeout", self.stop_timeout);
    field("resolve_once", self.resolve_once);
    field("seed", self.seed);
    field("variables", self.variables);
    field.when_set("connections", self.connections);
    field.when_set("session", self.session);
    field.when_set("no_patching", self.no_patching);
  }
};

// Which test: a URL, or a class or test of a module that travels in a bundle.
struct TestSource {
  std::string url;                  // of a URL test; empty: a module's
  std::string method;               // of a URL test
  std::optional<std::string> data;  // of a URL test
  std::string module;               // path of the module in the bundle
  std::string class_name;           // empty: the module's only one
  std::string test_name;            // empty: all of the class
  std::string machine;              // that the module is compiled for, as uname -m has it; empty: any
  std::string bundle;               // sha256 in hex; empty: there is none
  std::uint64_t bundle_size = 0;    // bytes
  PythonPackages packages{};        // of a module in Python
  ExternalRunner external{};        // in place of a module

  static void fields(auto& self, auto&& field) {
    field("url", self.url);
    field.optional("method", self.method);
    field.optional("data", self.data);
    field.optional("module", self.module);
    field.optional("class", self.class_name);
    field.optional("test", self.test_name);
    field.optional("machine", self.machine);
    field.optional("bundle", self.bundle);
    field.optional("bundle_size", self.bundle_size);
    field.when_set("packages", self.packages);
    field.when_set("external", self.external);
  }
};

// A run as its user orders it.
struct RunOrder {
  plan::Plan plan;  // plan.agents of them
  TestSource test;
  EngineSettings settings;
  std::string user;  // who ordered it: "tarek@host"
  BrokerLoss on_broker_loss = BrokerLoss::continue_for;
  Nanoseconds broker_loss_limit = std::chrono::seconds(60);
  Nanoseconds wait_agents{};          // how long it may be queued for want of agents
  std::string note;                   // free text of the user: --tag
  std::uint32_t worker_restarts = 0;  // how often an agent may start a worker anew that has died
  bool rebalance = false;             // a share that its agent cannot go on with is given to another
  Conditions conditions{};

  static void fields(auto& self, auto&& field) {
    field("plan", self.plan);
    field("test", self.test);
    field("settings", self.settings);
    field("user", self.user);
    field("on_broker_loss", self.on_broker_loss);
    field("broker_loss_limit", self.broker_loss_limit);
    field("wait_agents", self.wait_agents);
    field.optional("note", self.note);
    field.optional("worker_restarts", self.worker_restarts);
    field.optional("rebalance", self.rebalance);
    field.when_set("conditions", self.conditions);
  }
};

// Something about the generator that makes figures doubtful.
struct Warning {
  std::string id;
  std::string message;
  metrics::Validity validity = metrics::Validity::suspect;  // of the figures, at best

  static void fields(auto& self, auto&& field) {
    field("id", self.id);
    field("message", self.message);
    field.when_set("validity", self.validity);
  }
};

// One agent's part in a run, as consoles are told of it.
struct AgentShare {
  Lease lease = 0;
  std::string agent;  // its name: "host/4711"
  std::uint32_t users = 0;
  double fraction = 0;  // of its share
  bool lost = false;    // silent for too long: what it does is unknown
  std::optional<ShareEnd> end;
  std::string message;          // why it ended so
  std::uint64_t in_flight = 0;  // requests whose fate nobody knows, when it was lost: at most so many answers are missing
  Nanoseconds lost_at{};        // since the start of the run: until when it has reported
  std::string taken_by;         // the agent that goes on with the share; empty: nobody
  Nanoseconds taken_at{};       // since the start of the run: when it began to
  std::uint32_t takers = 0;     // they are so many, and taken_by names some of them; 0: one

  bool is_lacking() const;  // figures of it are missing, or may be

  static void fields(auto& self, auto&& field) {
    field("lease", self.lease);
    field("agent", self.agent);
    field("users", self.users);
    field("fraction", self.fraction);
    field("lost", self.lost);
    field("end", self.end);
    field.optional("message", self.message);
    field.optional("in_flight", self.in_flight);
    field.optional("lost_at", self.lost_at);
    field.optional("taken_by", self.taken_by);
    field.optional("taken_at", self.taken_at);
    field.when_set("takers", self.takers);
  }
};

// "; agent host/12 has gone on with its share from 00:25"; empty when none has.
std::string taken_over(const AgentShare& share);

// The shares that a state does not list, put together.
struct UnlistedShares {
  std::uint32_t count = 0;
  std::uint32_t lacking = 0;  // of those, the ones that are lost or whose end is a loss
  std::uint32_t users = 0;    // of those that are not lost
  double fraction = 0;        // their mean

  bool empty() const { return count == 0; }

  static void fields(auto& self, auto&& field) {
    field("count", self.count);
    field("lacking", self.lacking);
    field("users", self.users);
    field("fraction", self.fraction);
  }
};

// How a run stands, without its figures.
struct RunStatus {
  std::string run;  // 8 hexadecimal digits
  RunState state = RunState::queued;
  plan::Plan plan;
  std::string user;
  WallTime submitted{};
  WallTime started{};      // of the load; the epoch: not yet
  Nanoseconds duration{};  // from then until now, or until the end
  std::vector<AgentShare> agents;
  std::vector<Warning> warnings;
  std::string message;                  // why it failed or what is missing
  int exit_code = 0;                    // that a failed run deserves
  std::string error_id;                 // likewise
  bool balanced = true;                 // false: an agent's batches contradict its own totals; figures cannot be believed
  UnlistedShares unlisted;              // a published state of a run with many agents lists only those of which there is something to tell
  std::vector<std::string> thresholds;  // of the order, in the answer to Attach
  Abort abort{};
  plan::Steering steering{};  // its changes
  std::string note;           // of the order

  std::uint32_t users() const;
  double fraction() const;  // of the whole plan, 0 to 1
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("state", self.state);
    field("plan", self.plan);
    field("user", self.user);
    field("submitted", self.submitted);
    field("started", self.started);
    field("duration", self.duration);
    field("agents", self.agents);
    field("warnings", self.warnings);
    field.optional("message", self.message);
    field.optional("exit_code", self.exit_code);
    field.optional("error_id", self.error_id);
    field.optional("balanced", self.balanced);
    field.when_set("unlisted", self.unlisted);
    field.when_set("thresholds", self.thresholds);
    field.when_set("abort", self.abort);
    field.when_set("steering", self.steering);
    field.when_set("note", self.note);
  }
};

}  // namespace loads::proto
