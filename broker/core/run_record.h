#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "proto/agent_messages.h"
#include "proto/observer.h"

namespace loads::broker {

// A share of a run, given to one incarnation of an agent. What the share measured, and how it ended, stands in the run's ledger.
struct LeaseRecord {
  proto::Lease lease = 0;
  std::string agent;  // its id
  std::uint64_t incarnation = 0;
  std::string name;  // of the agent, for people
  bool lost = false;
  proto::Nanoseconds lost_at{};         // since the start of the run: until when it has reported
  bool given_up = false;                // the agent came back without knowing it
  proto::Lease after = 0;               // the lease whose share it goes on with (RunOrder::rebalance); 0: it has its share from the start
  proto::Nanoseconds begins{};          // since the start of the run: when it was told to go on; 0: not yet, and it has sent nothing
  std::string declined;                 // why it was not told to
  std::vector<std::string> replaced{};  // agents that were to have it, and were lost before the start: they have nothing to report
  proto::Nanoseconds dealt_at{};        // since the start of the run: from when on other shares do its part of a rate; 0: they do not
  double fraction = 0;                  // of its plan that it had done when the run was over, by its last sign of life
  proto::Nanoseconds clock_error{};     // how far off it may have begun, by its clock; 0: less than kClockLimit

  bool had_before(const std::string& id) const { return std::find(replaced.begin(), replaced.end(), id) != replaced.end(); }
  bool may_have_sent() const { return after == 0 || begins != proto::Nanoseconds(0); }

  static void fields(auto& self, auto&& field) {
    field("lease", self.lease);
    field("agent", self.agent);
    field("incarnation", self.incarnation);
    field("name", self.name);
    field("lost", self.lost);
    field("lost_at", self.lost_at);
    field("given_up", self.given_up);
    field.optional("after", self.after);
    field.optional("begins", self.begins);
    field.optional("declined", self.declined);
    field.when_set("replaced", self.replaced);
    field.when_set("dealt_at", self.dealt_at);
    field.when_set("fraction", self.fraction);
    field.when_set("clock_error", self.clock_error);
  }
};

// A part of a rate that was another share's.
struct DealtPart {
  std::uint32_t share = 0;  // that has it now
  proto::Lease lease = 0;   // that had it before
  plan::Steering::Part part;

  static void fields(auto& self, auto&& field) {
    field("share", self.share);
    field("lease", self.lease);
    field("at", self.part.at);
    field("index", self.part.turn.index);
    field("count", self.part.turn.count);
  }
};

// What is kept of a run in the store; saved before each message that follows from it is sent.
struct RunRecord {
  std::string run;
  std::string nonce;  // of its submission
  proto::RunOrder order;
  proto::RunState state = proto::RunState::queued;
  proto::WallTime submitted{};
  proto::WallTime started{};
  proto::WallTime ended{};
  proto::Nanoseconds duration{};  // of the load, once the run is over
  bool stop_requested = false;
  std::vector<LeaseRecord> leases;
  std::string message;
  int exit_code = 0;
  std::string error_id;
  std::vector<proto::Observer> observers;  // that its console has named
  std::vector<proto::Warning> warnings;    // of the broker: what became of the observers
  bool has_figures = false;                // some were on the disk: they are, or it has lost them
  proto::Abort abort{};                    // by the order's own conditions
  plan::Steering steering{};               // what its user has asked for meanwhile: changes alone
  std::vector<DealtPart> dealt_parts{};
  std::optional<metrics::Validity> validity;  // of its figures, once it is over
  std::string damage;                         // what of its figures could not be read back from the disk; empty: all could

  static void fields(auto& self, auto&& field) {
    field("run", self.run);
    field("nonce", self.nonce);
    field("order", self.order);
    field("state", self.state);
    field("submitted", self.submitted);
    field("started", self.started);
    field("ended", self.ended);
    field("duration", self.duration);
    field("stop_requested", self.stop_requested);
    field("leases", self.leases);
    field("message", self.message);
    field("exit_code", self.exit_code);
    field("error_id", self.error_id);
    field.when_set("observers", self.observers);
    field.when_set("warnings", self.warnings);
    field.optional("has_figures", self.has_figures);
    field.optional("damage", self.damage);
    field.when_set("abort", self.abort);
    field.when_set("steering", self.steering);
    field.when_set("dealt_parts", self.dealt_parts);
    field.when_set("validity", self.validity);
  }
};

}  // namespace loads::broker
