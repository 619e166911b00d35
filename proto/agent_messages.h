#pragma once

#include <variant>

#include "proto/calibration.h"
#include "proto/run.h"

// Between the broker and its agents, and between an agent and its workers. PROTOCOL.md has the exchanges.
namespace loads::proto {

// What an agent still holds of a run when it comes (again).
struct HeldLease {
  std::string run;
  Lease lease = 0;
  bool working = false;        // its worker lives
  bool started = false;        // it has been told when to start
  std::uint64_t last_seq = 0;  // of the batches it has made
  std::uint64_t steered = 0;   // the size of the steering that it has been told

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("working", self.working);
    field("started", self.started);
    field("last_seq", self.last_seq);
    field.when_set("steered", self.steered);
  }
};

// Agent to broker, first of all, and whenever the broker asks for it.
struct Hello {
  static constexpr std::string_view kType = "hello";
  std::uint32_t major = 0;  // the protocol's
  std::uint32_t minor = 0;
  std::string version;            // of loads
  std::string agent;              // 32 hexadecimal digits, kept in the agent's state folder
  std::uint64_t incarnation = 0;  // one more at each start
  std::uint64_t session = 0;      // random: tells a reconnection from a copy
  std::string name;               // "host/4711"
  std::string machine;            // uname -m
  std::string module_abi;         // the interface of test modules that it hosts
  std::uint32_t cores = 0;
  std::vector<HeldLease> leases;
  Calibration calibration{};  // of its machine; empty: there is none

  static void fields(auto& self, auto&& field) {
    field("major", self.major);
    field("minor", self.minor);
    field("version", self.version);
    field("agent", self.agent);
    field("incarnation", self.incarnation);
    field("session", self.session);
    field("name", self.name);
    field("machine", self.machine);
    field("module_abi", self.module_abi);
    field("cores", self.cores);
    field("leases", self.leases);
    field.when_set("calibration", self.calibration);
  }
};

// What the broker says to a lease of a Hello.
enum class LeaseDecision : std::uint8_t {
  keep,
  stop,
  unknown,  // not this broker's; the agent keeps what it holds
  closed,   // the broker has all of it, its end included: the agent can forget it
};
constexpr std::size_t count_of(LeaseDecision) { return 4; }

struct LeaseVerdict {
  std::string run;
  Lease lease = 0;
  LeaseDecision decision = LeaseDecision::unknown;
  std::uint64_t durable_seq = 0;
  metrics::Tally tally;  // of the batches up to durable_seq

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("decision", self.decision);
    field("durable_seq", self.durable_seq);
    field("tally", self.tally);
  }
};

struct Welcome {
  static constexpr std::string_view kType = "welcome";
  std::string cluster;      // the broker's own name, kept for ever
  std::uint64_t epoch = 0;  // one more at each start of the broker
  std::string version;
  std::uint32_t minor = 0;
  std::uint32_t credit = 0;  // batches that may be unacknowledged
  std::vector<LeaseVerdict> leases;

  static void fields(auto& self, auto&& field) {
    field("cluster", self.cluster);
    field("epoch", self.epoch);
    field("version", self.version);
    field("minor", self.minor);
    field("credit", self.credit);
    field("leases", self.leases);
  }
};

// Broker to whoever speaks without having said hello.
struct Rehello {
  static constexpr std::string_view kType = "rehello";
  std::uint64_t epoch = 0;
  static void fields(auto& self, auto&& field) { field("epoch", self.epoch); }
};

// The broker will not work with this agent: another version, a copy of an agent that is there already, not enrolled.
struct Refused {
  static constexpr std::string_view kType = "refused";
  std::string id;
  std::string message;
  static void fields(auto& self, auto&& field) {
    field("id", self.id);
    field("message", self.message);
  }
};

// How a worker gets on. Tells the agent, and through it the broker, that the load goes on.
struct LeaseProgress {
  static constexpr std::string_view kType = "progress";
  std::string run;
  Lease lease = 0;
  std::uint32_t users = 0;
  double fraction = 0;
  metrics::Tally tally;

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("users", self.users);
    field("fraction", self.fraction);
    field("tally", self.tally);
  }
};

// Once a second, agent to broker. The times are those of the monotonic clocks of their senders; with the answer's arrival they give the
// offset between the two clocks (RFC 5905, section 8).
struct Beat {
  static constexpr std::string_view kType = "beat";
  Nanoseconds sent{};             // agent's clock
  Nanoseconds clock_error{};      // half the round trip of the best exchange so far; negative: none yet
  std::vector<HeldLease> leases;  // all that the agent holds: the broker tells it again what it seems not to know
  std::vector<LeaseProgress> progress;
  static void fields(auto& self, auto&& field) {
    field("sent", self.sent);
    field("clock_error", self.clock_error);
    field("leases", self.leases);
    field("progress", self.progress);
  }
};

// Renews the agent's leases, too.
struct BeatAnswer {
  static constexpr std::string_view kType = "beat_answer";
  Nanoseconds sent{};      // as in the Beat
  Nanoseconds received{};  // broker's clock
  Nanoseconds answered{};  // broker's clock
  static void fields(auto& self, auto&& field) {
    field("sent", self.sent);
    field("received", self.received);
    field("answered", self.answered);
  }
};

// Broker to agent, agent to worker: get the share ready. Sending nothing yet.
struct Prepare {
  static constexpr std::string_view kType = "prepare";
  std::string run;
  Lease lease = 0;
  std::uint32_t agent_index = 0;  // which agent of the run
  RunOrder order;

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("agent_index", self.agent_index);
    field("order", self.order);
  }
};

struct Prepared {
  static constexpr std::string_view kType = "prepared";
  std::string run;
  Lease lease = 0;
  int exit_code = 0;  // 0: ready; else what a loads-runner would have ended with
  std::string error_id;
  std::string message;
  std::vector<std::string> thresholds{};  // that the test's own code names

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("exit_code", self.exit_code);
    field.optional("error_id", self.error_id);
    field.optional("message", self.message);
    field.when_set("thresholds", self.thresholds);
  }
};

// A part of a bundle, asked for and given: by an agent of the broker, by the broker of a console.
struct WantChunk {
  static constexpr std::string_view kType = "want_chunk";
  std::string bundle;
  std::uint64_t offset = 0;
  static void fields(auto& self, auto&& field) {
    field("bundle", self.bundle);
    field("offset", self.offset);
  }
};

struct Chunk {
  static constexpr std::string_view kType = "chunk";
  std::string bundle;
  std::uint64_t offset = 0;
  Blob data;
  static void fields(auto& self, auto&& field) {
    field("bundle", self.bundle);
    field("offset", self.offset);
    field("data", self.data);
  }
};

struct Start {
  static constexpr std::string_view kType = "start";
  std::string run;
  Lease lease = 0;
  Nanoseconds at{};     // the receiver's monotonic clock when an agent tells its worker, the broker's when the broker tells an agent
  bool join = false;    // the plan has begun at `at`: go on with what is left of it, at once
  Nanoseconds as_of{};  // of a join: the plan is where it was then, on the receiver's clock; 0: where it is now
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("at", self.at);
    field.optional("join", self.join);
    field.when_set("as_of", self.as_of);
  }
};

// Agent to worker: the lease is good until then; the worker stops by itself when it is not prolonged in time. It may well be the agent that
// stands still.
struct Prolong {
  static constexpr std::string_view kType = "prolong";
  std::string run;
  Lease lease = 0;
  Nanoseconds until{};  // the worker's monotonic clock
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("until", self.until);
  }
};

// To one of several processes that do a share together: the others have ended the step before `step`, too; it begins at `at`.
struct Proceed {
  static constexpr std::string_view kType = "proceed";
  std::string run;
  Lease lease = 0;
  std::uint32_t step = 0;
  Nanoseconds at{};  // the worker's monotonic clock
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("step", self.step);
    field("at", self.at);
  }
};

// How the load differs from the plan: all so far. Times count from the start of the run.
struct Steer {
  static constexpr std::string_view kType = "steer";
  std::string run;
  Lease lease = 0;
  plan::Steering steering;
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("steering", self.steering);
  }
};

struct Stop {
  static constexpr std::string_view kType = "stop";
  std::string run;
  Lease lease = 0;
  bool cut = false;  // do not wait for test runs that are under way
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("cut", self.cut);
  }
};

// The end of a share; in its last batch.
struct ShareResult {
  ShareEnd end = ShareEnd::completed;
  std::string message;          // "SIGSEGV in test TestWebSite.test_es"
  std::uint64_t in_flight = 0;  // requests whose fate nobody knows
  std::vector<Warning> warnings;

  static void fields(auto& self, auto&& field) {
    field("end", self.end);
    field("message", self.message);
    field("in_flight", self.in_flight);
    field("warnings", self.warnings);
  }
};

// What a share has measured in an interval, and its totals since the start: the two have to agree.
struct Batch {
  static constexpr std::string_view kType = "batch";
  std::string run;
  Lease lease = 0;
  std::uint64_t seq = 0;  // from 1, without holes
  Nanoseconds from{};     // since the start of the share
  Nanoseconds to{};
  std::vector<metrics::Slice> slices;
  std::vector<std::pair<std::uint32_t, std::chrono::duration<double>>> steps;  // that ended: index and duration
  metrics::Tally tally;                                                        // of this batch and all before it
  std::optional<ShareResult> result;                                           // set in the last batch
  std::uint32_t users = 0;                                                     // at work in the interval

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("seq", self.seq);
    field("from", self.from);
    field("to", self.to);
    field("slices", self.slices);
    field("steps", self.steps);
    field("tally", self.tally);
    field("result", self.result);
    field.when_set("users", self.users);
  }
};

// Agent to broker, last of all: it ends. What it still holds it reports when it is started again.
struct Goodbye {
  static constexpr std::string_view kType = "goodbye";
  std::uint64_t incarnation = 0;
  static void fields(auto& self, auto&& field) { field("incarnation", self.incarnation); }
};

// Every batch up to seq is on the broker's disk.
struct Ack {
  static constexpr std::string_view kType = "ack";
  std::string run;
  Lease lease = 0;
  std::uint64_t seq = 0;
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("lease", self.lease);
    field("seq", self.seq);
  }
};

using FromAgent = std::variant<Hello, Beat, Prepared, WantChunk, Batch, Goodbye>;
using ToAgent = std::variant<Welcome, Rehello, Refused, BeatAnswer, Prepare, Chunk, Start, Stop, Ack, Steer>;
using ToWorker = std::variant<Prepare, Start, Stop, Prolong, Proceed, Steer>;
using FromWorker = std::variant<Prepared, LeaseProgress, Batch>;

}  // namespace loads::proto
