#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "common/descriptor.h"

namespace loads {

// Where broker and agents keep what outlives them: `named` if it is not empty (an option), else $STATE_DIRECTORY (systemd),
// $XDG_STATE_HOME/loads, ~/.local/state/loads. The folder need not be there. Throws loads::Failure(exit_code::local_resource) without any.
std::filesystem::path state_folder(const std::filesystem::path& named = {});

// A folder that this process alone uses: made (0700) if need be, with an flock'ed file `lock` in it that holds the process's id. The kernel
// lets go of the lock when the process dies, however it dies; the file stays.
class LockedFolder {
 public:
  // `user` is who locks it, as messages name it: "broker". Throws loads::Failure(exit_code::local_resource, ..., "in-use") when another
  // process holds it.
  LockedFolder(const std::filesystem::path& folder, std::string_view user);

  // Nothing when another process holds it.
  static std::optional<LockedFolder> try_lock(const std::filesystem::path& folder);

  const std::filesystem::path& path() const { return path_; }

 private:
  LockedFolder(std::filesystem::path path, Descriptor lock);

  std::filesystem::path path_;
  Descriptor lock_;
};

// The first of parent/0, parent/1, ... that nobody holds: several agents of a host need no names, and one that was restarted finds the
// folder of the dead one.
LockedFolder claim_slot(const std::filesystem::path& parent);

}  // namespace loads
