#pragma once

// The names in an agent's state folder. The agent writes it (agent/work/lease_store.h has the layout); a broker reads it when it imports
// what an agent could not bring to it.
namespace loads::proto::agent_folder {

inline constexpr const char* kIdentity = "identity";  // the agent's id and its incarnation
inline constexpr const char* kLeases = "leases";      // below it a folder for each lease, with
inline constexpr const char* kPrepare = "prepare";    // the share, as the broker has ordered it, and
inline constexpr const char* kBatches = "batches";    // a journal of what was measured

}  // namespace loads::proto::agent_folder
