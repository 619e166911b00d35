#pragma once

#include <cstdint>

#include "common/metrics/tally.h"
#include "proto/run.h"

// An agent's state folder. The agent writes it (agent/work/lease_store.h has the layout); a broker reads it when it imports what an agent
// could not bring to it.
namespace loads::proto::agent_folder {

inline constexpr const char* kIdentity = "identity";  // the agent's id and its incarnation
inline constexpr const char* kLeases = "leases";      // below it a folder for each lease, with
inline constexpr const char* kPrepare = "prepare";    // the share, as the broker has ordered it, and
inline constexpr const char* kBatches = "batches";    // a journal of what was measured: batches, after a checkpoint maybe

// Figures that waited for the broker for too long: in which part of the share, and how long their intervals are at most.
struct Coarse {
  Nanoseconds from{};
  Nanoseconds to{};
  Nanoseconds width{};  // 0: there are none

  static void fields(auto& self, auto&& field) {
    field("from", self.from);
    field("to", self.to);
    field("width", self.width);
  }
};

// Stands for the batches that the broker had when it was written, which are not in the journal any more.
struct Checkpoint {
  std::uint64_t acknowledged = 0;  // the last of those batches; the numbers go on behind it
  metrics::Tally tally;            // of the share, what follows the checkpoint at once included
  Nanoseconds until{};             // the end of the last interval of it
  Coarse coarse;

  static void fields(auto& self, auto&& field) {
    field("acknowledged", self.acknowledged);
    field("tally", self.tally);
    field("until", self.until);
    field("coarse", self.coarse);
  }
};

}  // namespace loads::proto::agent_folder
