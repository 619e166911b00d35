#pragma once

#include <variant>

#include "proto/agent_messages.h"
#include "proto/observer.h"

// Between consoles and the broker. PROTOCOL.md has the exchanges.
namespace loads::proto {

// Every request of a console has a number that its answer repeats: consoles ask again when no answer comes, and must not take a late one
// for another's.
struct Ping {
  static constexpr std::string_view kType = "ping";
  std::uint64_t request = 0;
  std::uint32_t major = 0;
  std::string version;
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("major", self.major);
    field("version", self.version);
  }
};

enum class AgentState : std::uint8_t { free, busy, suspect, lost };
constexpr std::size_t count_of(AgentState) { return 4; }
std::string_view to_string(AgentState state);

struct AgentStatus {
  std::string agent;  // 32 hexadecimal digits
  std::string name;   // "host/4711"
  std::string version;
  std::string machine;
  std::uint32_t cores = 0;
  AgentState state = AgentState::free;
  std::string run;  // it works on; empty: none
  Nanoseconds silent{};
  Nanoseconds clock_error{};
  static void fields(auto& self, auto&& field) {
    field("agent", self.agent);
    field("name", self.name);
    field("version", self.version);
    field("machine", self.machine);
    field("cores", self.cores);
    field("state", self.state);
    field("run", self.run);
    field("silent", self.silent);
    field("clock_error", self.clock_error);
  }
};

// A run in a list.
struct RunLine {
  std::string run;
  RunState state = RunState::queued;
  std::string test;
  std::string user;
  WallTime submitted{};
  std::uint32_t agents = 0;
  std::optional<metrics::Validity> validity{};  // of its figures, once it is over
  std::string note{};                           // of the order
  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("state", self.state);
    field("test", self.test);
    field("user", self.user);
    field("submitted", self.submitted);
    field("agents", self.agents);
    field.when_set("validity", self.validity);
    field.when_set("note", self.note);
  }
};

struct Pong {
  static constexpr std::string_view kType = "pong";
  std::uint64_t request = 0;
  std::uint32_t pid = 0;
  std::uint32_t major = 0;
  std::string version;
  std::uint64_t epoch = 0;
  std::string publisher;  // endpoint, as the broker has bound it
  std::vector<AgentStatus> agents;
  std::vector<RunLine> runs;      // that go on, the oldest first
  std::vector<RunLine> ended;     // the newest first, some
  std::vector<Warning> troubles;  // of the broker: disk full, refused peers
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("pid", self.pid);
    field("major", self.major);
    field("version", self.version);
    field("epoch", self.epoch);
    field("publisher", self.publisher);
    field("agents", self.agents);
    field("runs", self.runs);
    field("ended", self.ended);
    field("troubles", self.troubles);
  }
};

struct Submit {
  static constexpr std::string_view kType = "submit";
  std::uint64_t request = 0;
  std::uint32_t major = 0;
  std::string nonce;  // 32 hexadecimal digits, of this order alone: the same order twice is one run
  RunOrder order;
  std::vector<Observer> observers{};  // beside the broker's own. No part of the order, which agents are told: their addresses may be secret
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("major", self.major);
    field("nonce", self.nonce);
    field("order", self.order);
    field.when_set("observers", self.observers);
  }
};

struct Submitted {
  static constexpr std::string_view kType = "submitted";
  std::uint64_t request = 0;
  std::string run;
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("run", self.run);
  }
};

struct StopRun {
  static constexpr std::string_view kType = "stop_run";
  std::uint64_t request = 0;
  std::string run;  // or the first digits of it
  bool cut = false;
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("run", self.run);
    field("cut", self.cut);
  }
};

// What is to become of a run's load, from now on.
enum class SteerKind : std::uint8_t { scale, pause, resume };
constexpr std::size_t count_of(SteerKind) { return 3; }

struct SteerRun {
  static constexpr std::string_view kType = "steer_run";
  std::uint64_t request = 0;
  std::string run;  // or the first digits of it
  SteerKind kind = SteerKind::scale;
  double factor = 1;  // of scale: times the plan
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("run", self.run);
    field("kind", self.kind);
    field("factor", self.factor);
  }
};

struct Steered {
  static constexpr std::string_view kType = "steered";
  std::uint64_t request = 0;
  std::string run;
  Nanoseconds at{};   // since the start of the run
  double factor = 1;  // from then on; 0: paused
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("run", self.run);
    field("at", self.at);
    field("factor", self.factor);
  }
};

// Asks for the state of a run, with all its figures: while it goes on (attach) or long after (report).
struct Attach {
  static constexpr std::string_view kType = "attach";
  std::uint64_t request = 0;
  std::string run;  // or the first digits of it
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("run", self.run);
  }
};

struct Purge {
  static constexpr std::string_view kType = "purge";
  std::uint64_t request = 0;
  static void fields(auto& self, auto&& field) { field("request", self.request); }
};

// Done: of StopRun and Purge.
struct Done {
  static constexpr std::string_view kType = "done";
  std::uint64_t request = 0;
  std::uint64_t count = 0;  // of what was stopped or purged
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("count", self.count);
  }
};

struct Error {
  static constexpr std::string_view kType = "error";
  std::uint64_t request = 0;
  int exit_code = 0;  // that a console should end with
  std::string id;     // anchor of the troubleshooting page
  std::string message;
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("exit_code", self.exit_code);
    field("id", self.id);
    field("message", self.message);
  }
};

// The state of a run at one moment: the answer to Attach with all figures, or published twice a second with the figures of all request
// names together. Each is whole, so that one that is lost is made up for by the next; `seq` tells which is newer (of one epoch of the
// broker).
struct Snapshot {
  static constexpr std::string_view kType = "snapshot";
  std::uint64_t request = 0;  // 0: published
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  RunStatus status;
  metrics::Totals totals;
  metrics::History history{};  // in the answer to Attach
  static void fields(auto& self, auto&& field) {
    field("request", self.request);
    field("epoch", self.epoch);
    field("seq", self.seq);
    field("status", self.status);
    field("totals", self.totals);
    field.when_set("history", self.history);
  }
};

using FromConsole = std::variant<Ping, Submit, StopRun, Attach, Purge, Chunk, SteerRun>;
using ToConsole = std::variant<Pong, Submitted, Done, Error, Snapshot, WantChunk, Steered>;
using Published = std::variant<Snapshot>;

// The totals of many steps are large, and consoles believe the broker that they have chosen.
template <>
inline constexpr std::size_t kMemoryOf<ToConsole> = std::size_t{256} << 20;
template <>
inline constexpr std::size_t kMemoryOf<Published> = std::size_t{256} << 20;

}  // namespace loads::proto
