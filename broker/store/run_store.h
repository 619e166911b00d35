#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loads::broker {

namespace sqlite {
class Database;
}

using Nanoseconds = std::chrono::nanoseconds;  // since the epoch, UTC

struct StoredRun {
  std::string id;
  std::string state;
  std::string record;  // bytes whose meaning is the caller's
  Nanoseconds submitted_at{};
  Nanoseconds ended_at{};  // 0: not ended

  bool operator==(const StoredRun&) const = default;
};

struct Transition {
  Nanoseconds at{};
  std::string state;

  bool operator==(const Transition&) const = default;
};

// What the broker knows of its runs and of itself, in `runs.db` (SQLite, WAL) of its folder. What a call has written is on the disk when it
// returns: it survives a power cut.
//
// Every error is a loads::Failure(exit_code::local_resource); one while it runs (the disk is full) has changed nothing, and the caller
// decides. One thread at a time; the folder is locked by the caller (LockedFolder).
class RunStore {
 public:
  explicit RunStore(const std::filesystem::path& folder);
  ~RunStore();
  RunStore(const RunStore&) = delete;
  RunStore& operator=(const RunStore&) = delete;

  std::optional<std::string> meta(std::string_view key) const;
  void set_meta(std::string_view key, std::string_view value);
  std::size_t count_meta(std::string_view prefix, std::string_view value) const;   // keys that begin so and have this value
  void set_meta(const std::vector<std::pair<std::string, std::string>>& entries);  // all of them or none
  std::uint64_t next_epoch();  // 1 at the first start of a broker in this folder, one more at each

  void save(const StoredRun& run, Nanoseconds now = std::chrono::system_clock::now().time_since_epoch());  // new or changed
  bool remove(std::string_view id);                                                                        // whether it was there
  std::vector<std::string> prune(std::size_t keep);  // removes all but the `keep` runs that ended last; the ids removed

  // Whose end, in the state that it is in now, nobody was told of; that ended first first.
  std::vector<StoredRun> untold() const;
  void set_told(std::string_view id, std::string_view state);

  std::optional<StoredRun> find(std::string_view id) const;
  std::vector<StoredRun> load_all() const;                         // in the order of their submission
  std::vector<StoredRun> ended(std::size_t limit) const;           // that ended last first
  std::vector<Transition> transitions(std::string_view id) const;  // a new state each, in their order

 private:
  void check_version();
  void add_told();
  void check_whole();

  std::unique_ptr<sqlite::Database> database_;
  std::string file_;
};

}  // namespace loads::broker
