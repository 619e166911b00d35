#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "broker/core/outside.h"
#include "broker/store/run_store.h"
#include "common/journal/journal.h"
#include "proto/bundle/cache.h"

namespace loads::broker {

// All that the broker keeps on its disk: the runs (SQLite), a journal of batches for each, and the tests' bundles. Throws when it is
// opened; what goes wrong later is told by trouble(), and the broker acknowledges nothing that it could not write.
class Shelf {
 public:
  explicit Shelf(const std::filesystem::path& folder, std::size_t most_agents_of_key = 20'000);

  RunStore& store() { return store_; }
  std::string cluster();  // the broker's own name; made at the first start
  std::vector<RunRecord> open_runs() const;
  // Why `agent` does not belong to the enrolled peer `name`; empty: it does. It belongs to the first one that came with it, for ever, as
  // long as that does not come with ever new ones. Local peers have no name and may be any agent that belongs to nobody. Nothing: the disk
  // does not tell. What is new is on the disk after the next commit().
  std::optional<std::string> why_not_agent_of(const std::string& agent, const std::string& name);

  bool save(const RunRecord& record);
  std::optional<RunRecord> find(std::string_view run);
  std::vector<RunRecord> ended(std::size_t most);
  std::vector<RunRecord> untold();  // whose end no observer was told of yet
  bool set_told(const std::string& run, const std::string& state);
  std::string make_run_id();
  void prune(std::size_t keep);

  void append(const std::string& run, std::string_view record);
  bool checkpoint(const std::string& run, const std::string& record);
  bool read_pages(const std::string& run, const Outside::OnPage& on_page);  // false: they cannot be read
  std::size_t uncommitted() const;                                          // bytes
  std::set<std::string> commit();  // the runs whose records the disk does not take: they wait for the next time
  void close_unused();             // journals of runs that nothing was written for lately

  bool has_bundle(const std::string& bundle);
  void release_bundles(const std::set<std::string>& in_use);  // the others may be removed for want of room
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not);
  std::optional<proto::Blob> read_chunk(const std::string& bundle, std::uint64_t offset) const;

  std::string trouble() const;  // empty: all is well
  void look_whether_trouble_is_over();

 private:
  struct OpenJournal {
    std::unique_ptr<journal::Journal> journal;  // null: it could not be opened yet
    std::vector<std::string> waiting;           // records, until it is
    bool used = true;                           // since the last close_unused()
  };

  std::size_t* count_agents_of(const std::string& name);
  std::filesystem::path run_folder(const std::string& run) const;
  bool open(const std::string& run, OpenJournal& journal);
  bool save_owners();
  template <typename Work>
  bool guarded(const std::string& what, Work&& work);
  bool report(const std::string& what, const std::string& error);

  std::filesystem::path folder_;
  std::size_t most_agents_of_key_;
  RunStore store_;
  bundle::BundleCache bundles_;
  std::map<std::string, OpenJournal> journals_;
  std::map<std::string, std::unique_ptr<bundle::Receiving>> receiving_;
  std::map<std::string, bundle::Pin> pins_;
  std::unordered_map<std::string, std::string> owners_;  // of agents, that were asked for
  std::vector<std::string> new_owners_;                  // agents whose owner is not on the disk yet
  std::map<std::string, std::size_t> agents_of_;         // how many belong to a peer
  std::map<std::string, std::string> troubles_;          // what cannot be written, and why
};

}  // namespace loads::broker
