#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/state_folder.h"
#include "proto/agent_folder.h"
#include "proto/agent_messages.h"

namespace loads::broker {

// The state folder of an agent that does not run, or a copy of one: what it has kept because its broker was gone. Locked, so that the agent
// does not begin to run meanwhile.
class KeptLeases {
 public:
  // Throws Failure(usage) when `folder` is no agent's, and Failure(local_resource) when the agent runs.
  explicit KeptLeases(const std::filesystem::path& folder);

  const std::string& agent() const { return agent_; }  // its id

  // The folder of each lease, in the order of their names.
  std::vector<std::filesystem::path> folders() const;

  // What was ordered; and what was kept, in its order: a checkpoint maybe, and batches. Throws Failure for what cannot be read.
  static proto::Prepare read_order(const std::filesystem::path& lease);
  using OnCheckpoint = std::function<void(const proto::agent_folder::Checkpoint& checkpoint)>;
  using OnBatch = std::function<void(std::string_view bytes)>;
  static void read_batches(const std::filesystem::path& lease, const OnCheckpoint& on_checkpoint, const OnBatch& on_batch);

 private:
  LockedFolder folder_;
  std::string agent_;
};

// The agents' folders at `path`: that itself, or those in it.
std::vector<std::filesystem::path> agent_folders_at(const std::filesystem::path& path);

}  // namespace loads::broker
