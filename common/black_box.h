#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include "common/metrics/live_tally.h"
#include "common/metrics/tally.h"

namespace loads {

// Counters that outlive the process that counts: a file that the worker of a run has mapped, with a slot for each thread of its engine. An
// agent creates it before the worker and reads it when the worker is dead, however it died. It survives the process, not the machine.
//
// The file, in the byte order of its host:
//   0  u64  magic "LOADSBOX"
//   8  u32  version, 1
//  12  u32  number of slots
//  16       zeros
//  64       the slots, 128 bytes each: u64 sent, settled, answered, unanswered, outcomes[5] (metrics::Outcome); zeros
//
// create() and open() throw Failure(exit_code::local_resource). The object is the worker's mapping; a slot belongs to one thread.
class BlackBox {
 public:
  static constexpr std::uint32_t kMostSlots = 4096;

  // A new file with all its space; the agent keeps nothing of it open or mapped. A file of that name is an error: it may hold what nobody
  // has read yet.
  static void create(const std::filesystem::path& path, std::uint32_t slots);
  // In place of the file of an earlier worker, and in one step: in a slot more, which no thread has, stands what was `counted` before.
  static void replace(const std::filesystem::path& path, std::uint32_t slots, const metrics::Tally& counted);
  static BlackBox open(const std::filesystem::path& path);
  // The sum of the slots, once their threads are dead; nothing when there is no such file, or it cannot be what an engine has left: the
  // test that ran there could write to it too.
  static std::optional<metrics::Tally> read(const std::filesystem::path& path);

  BlackBox(BlackBox&& other) noexcept;
  BlackBox& operator=(BlackBox&& other) noexcept;
  ~BlackBox();

  const std::filesystem::path& path() const { return path_; }
  std::uint32_t slots() const { return slots_; }
  metrics::LiveTally& slot(std::uint32_t index);  // below slots()

 private:
  BlackBox(std::filesystem::path path, void* memory, std::uint32_t slots) : path_(std::move(path)), memory_(memory), slots_(slots) {}

  std::filesystem::path path_;
  void* memory_;  // null: moved from
  std::uint32_t slots_;
};

}  // namespace loads
