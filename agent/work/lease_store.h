#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/journal/journal.h"
#include "common/metrics/tally.h"
#include "proto/agent_folder.h"
#include "proto/agent_messages.h"

namespace loads::agent {

// What outlives the agent's process, below its state folder: for each lease a folder `leases/<run>-<lease>` with
//   prepare    the share, as the broker has ordered it
//   black-box  what the worker counts (common/black_box.h)
//   batches/   a journal of what the worker has measured and the broker has not acknowledged, and of what has been since the last time
//              that it was cleared; it is not synced, since it has to survive the process and not the machine
// and its worker's working directory, `unpacked/<run>-<lease>`, which does not. The state folder is locked by the caller (LockedFolder).
//
// The names of runs come from the network: one that is none becomes no path, it is a Failure. All else that goes wrong on the disk is a
// Failure(local_resource), too. One thread.
class LeaseStore {
 public:
  struct Kept {
    proto::Prepare prepare;
    std::optional<proto::agent_folder::Checkpoint> checkpoint;
    std::vector<std::string> batches;
  };

  // Makes the folders, and empties `unpacked`.
  explicit LeaseStore(const std::filesystem::path& state);

  // What an earlier process has left, in the order of its folders' names. What cannot be read is told to `note` and stays where it is.
  template <typename Note>
  std::vector<Kept> restore(Note&& note) {
    std::vector<Kept> all;
    for (const auto& folder : lease_folders()) {
      std::string why_not;
      if (auto kept = read(folder, why_not)) {
        all.push_back(std::move(*kept));
      } else {
        note("what an earlier start has left in " + folder.string() + " cannot be read: " + why_not);
      }
    }
    return all;
  }

  void keep(const proto::Prepare& prepare);
  // A batch that the disk did not take is kept in memory and tried again with the next one.
  void keep_batch(const std::string& run, proto::Lease lease, std::string_view bytes);
  // Puts these in the place of all that was kept, in one step. When it throws, what is on the disk stays; what is not is forgotten.
  void keep_spool(const std::string& run, proto::Lease lease, const proto::agent_folder::Checkpoint& checkpoint,
                  const std::deque<std::string>& batches);
  void drop(const std::string& run, proto::Lease lease);

  std::filesystem::path make_black_box(const std::string& run, proto::Lease lease, std::uint32_t slots);
  // For another worker, with what was counted before it.
  std::filesystem::path replace_black_box(const std::string& run, proto::Lease lease, std::uint32_t slots, const metrics::Tally& counted);
  std::optional<metrics::Tally> read_black_box(const std::string& run, proto::Lease lease) const;

  // Where the worker works; not made here.
  std::filesystem::path working_folder(const std::string& run, proto::Lease lease) const;
  void remove_working_folder(const std::string& run, proto::Lease lease) const;

 private:
  std::filesystem::path lease_folder(const std::string& run, proto::Lease lease) const;
  std::vector<std::filesystem::path> lease_folders() const;
  std::optional<Kept> read(const std::filesystem::path& folder, std::string& why_not);
  journal::Journal& batches_of(const std::string& run, proto::Lease lease);

  std::filesystem::path leases_;
  std::filesystem::path unpacked_;
  std::map<std::pair<std::string, proto::Lease>, std::unique_ptr<journal::Journal>> journals_;  // those in use
};

}  // namespace loads::agent
