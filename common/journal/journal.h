#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/descriptor.h"
#include "common/journal/disk.h"
#include "common/journal/record.h"
#include "common/journal/recovery.h"

namespace loads::journal {

struct Options {
  bool sync = true;  // false: survives the death of the process, but not of the machine; what a checkpoint replaces survives both
  std::uint64_t segment_bytes = std::uint64_t{64} << 20;
};

struct [[nodiscard]] Outcome {
  std::string error;  // empty: done
  bool ok() const { return error.empty(); }
};

// Records that survive: the broker's batches of a run, the agent's spool. A folder (0700) with files 00000001.journal, ... (0600), each a
// row of records (record.h); the first record of a file may be a checkpoint, which stands for everything before it.
//
// - What a commit() that succeeded has written is replayed, in its order, whatever happens afterwards. Records whose commit did not succeed
//   may be replayed or not, but none without all those before it.
// - A commit() that failed has lost nothing and left nothing half-written: its records wait, and the next commit() writes them again, also
//   when only the sync failed, because the kernel may have dropped the pages by then. How much waits is the caller's to bound.
// - A crash in checkpoint() leaves the state before it or the state after it.
// - A torn end is cut when the journal is opened; damage elsewhere is refused.
//
// Opening and replaying throw loads::Failure(exit_code::local_resource). One thread at a time, one process at a time (LockedFolder).
class Journal {
 public:
  using OnRecord = std::function<void(Kind kind, std::span<const std::uint8_t> payload)>;

  explicit Journal(const std::filesystem::path& folder, Options options = {}, Disk& disk = Disk::real());
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // The last checkpoint, if any, and the committed records after it. At any time, as often as one likes; reads the disk.
  void replay(const OnRecord& on_record) const;

  void append(std::span<const std::uint8_t> payload);         // into memory
  Outcome commit();                                           // one write, one fdatasync
  Outcome checkpoint(std::span<const std::uint8_t> payload);  // commits, then puts `payload` in the place of all records
  // Puts `payload`, as a checkpoint, and `records` after it in the place of all records, in one step; those that wait for a commit are
  // among them.
  Outcome replace(std::span<const std::uint8_t> payload, std::span<const std::string_view> records);
  void discard() { buffer_.clear(); }  // forgets the records that wait for a commit

  std::size_t uncommitted() const { return buffer_.size(); }  // bytes that wait for a commit
  std::uint64_t bytes() const;                                // on disk
  const std::optional<Cut>& cut() const { return cut_; }      // what opening has cut

 private:
  Segment& last() { return segments_.back(); }
  std::filesystem::path last_path() const { return segment_path(folder_, segments_.back().number); }

  void open_last();
  void make_durable();
  Outcome prepare();
  Outcome write_buffer();
  Outcome cut_torn_end();
  Outcome begin_segment();
  Outcome settle_names();
  void remove_obsolete();
  Outcome write_checkpoint(const std::filesystem::path& file, std::span<const std::uint8_t> bytes, Descriptor& descriptor);
  int write_all(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset);

  std::filesystem::path folder_;
  Options options_;
  Disk& disk_;
  std::vector<Segment> segments_;  // those that replay reads; their sizes are what is committed
  std::vector<Segment> obsolete_;  // still to be removed
  std::optional<Cut> cut_;
  Descriptor file_;  // the last segment
  std::vector<std::uint8_t> buffer_;
  bool torn_ = false;             // bytes of a failed commit may stand behind the last segment's size
  bool names_unsettled_ = false;  // a new segment's name is not durable yet: nothing in it counts as committed
};

}  // namespace loads::journal
