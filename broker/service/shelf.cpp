#include "broker/service/shelf.h"

#include <utility>

#include "common/failure.h"
#include "common/log.h"
#include "common/run_id.h"
#include "proto/bundle/receiving.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

constexpr std::uint64_t kMostBundleBytes = std::uint64_t{1} << 30;
constexpr std::size_t kChunkSize = 256 * 1024;
const std::string kStore = "the list of runs";       // when it is read
const std::string kRecords = "the records of runs";  // when they are written

std::string figures_of(const std::string& run) { return "the figures of run " + run; }

std::span<const std::uint8_t> bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string owner_key(const std::string& agent) { return "agent " + agent; }

std::optional<RunRecord> read(const StoredRun& stored) {
  RunRecord record;
  if (proto::from_record(bytes_of(stored.record), record)) return record;
  log::error("run " + stored.id + " in the store cannot be read");
  return {};
}

std::vector<RunRecord> read_all(const std::vector<StoredRun>& stored) {
  std::vector<RunRecord> records;
  for (const StoredRun& one : stored) {
    if (auto record = read(one)) records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace

Shelf::Shelf(const std::filesystem::path& folder, std::size_t most_agents_of_key)
    : folder_(folder), most_agents_of_key_(most_agents_of_key), store_(folder), bundles_(folder / "bundles", kMostBundleBytes) {}

std::string Shelf::cluster() {
  if (auto name = store_.meta("cluster")) return *name;
  const std::string name = loads::make_run_id();
  store_.set_meta("cluster", name);
  return name;
}

std::optional<std::string> Shelf::why_not_agent_of(const std::string& agent, const std::string& name) {
  auto known = owners_.find(agent);
  if (known == owners_.end()) {
    std::optional<std::string> owner;
    if (!guarded(kStore, [&] { owner = store_.meta(owner_key(agent)); })) return {};
    if (!owner && name.empty()) return "";
    if (!owner) {
      std::size_t* const count = count_agents_of(name);
      if (count == nullptr) return {};
      if (*count >= most_agents_of_key_)
        return "the key of " + name + " has " + std::to_string(*count) +
               " agents already, as many as one may have: enroll another one (loads-broker --enroll agent NAME)";
      ++*count;
      new_owners_.push_back(agent);
    }
    known = owners_.emplace(agent, owner.value_or(name)).first;
  }
  return known->second == name ? "" : "this agent belongs to another key: give each agent a state folder of its own";
}

// Null: the disk does not tell.
std::size_t* Shelf::count_agents_of(const std::string& name) {
  const auto known = agents_of_.find(name);
  if (known != agents_of_.end()) return &known->second;
  std::size_t count = 0;
  if (!guarded(kStore, [&] { count = store_.count_meta(owner_key(""), name); })) return nullptr;
  return &agents_of_.emplace(name, count).first->second;
}

// Thousands of agents that come for the first time cost one write, not thousands.
bool Shelf::save_owners() {
  if (new_owners_.empty()) return true;
  std::vector<std::pair<std::string, std::string>> all;
  for (const std::string& agent : new_owners_) all.emplace_back(owner_key(agent), owners_.at(agent));
  if (!guarded(kRecords, [&] { store_.set_meta(all); })) return false;
  new_owners_.clear();
  return true;
}

std::vector<RunRecord> Shelf::open_runs() const {
  auto records = read_all(store_.load_all());
  std::erase_if(records, [](const RunRecord& record) { return proto::is_over(record.state); });
  return records;
}

// Says each trouble once, and when it is over. True when there is none.
bool Shelf::report(const std::string& what, const std::string& error) {
  const auto known = troubles_.find(what);
  if (error.empty() && known != troubles_.end()) {
    troubles_.erase(known);
    log::info(what + " can be read and written again");
  } else if (!error.empty() && (known == troubles_.end() || known->second != error)) {
    troubles_[what] = error;
    log::error(what + " cannot be read or written: " + error + "; nothing of it is acknowledged, agents keep what they measure");
  }
  return error.empty();
}

std::string Shelf::trouble() const {
  return troubles_.empty() ? "" : troubles_.begin()->first + " cannot be read or written: " + troubles_.begin()->second;
}

// Does `work`; what it throws is reported.
template <typename Work>
bool Shelf::guarded(const std::string& what, Work&& work) {
  try {
    work();
    return report(what, "");
  } catch (const std::exception& error) {
    return report(what, error.what());
  }
}

bool Shelf::save(const RunRecord& record) {
  const auto since_epoch = [](proto::WallTime time) { return std::chrono::nanoseconds(time.time_since_epoch()); };
  return guarded(kRecords, [&] {
    store_.save({record.run, std::string(to_string(record.state)), proto::to_record(record), since_epoch(record.submitted),
                 proto::is_over(record.state) ? since_epoch(record.ended) : Nanoseconds{}});
  });
}

// Otherwise it would be known only when the next run is ordered, which nobody does while the broker says that it cannot write.
void Shelf::look_whether_trouble_is_over() {
  if (troubles_.contains(kRecords)) guarded(kRecords, [&] { store_.set_meta("written", "again"); });
}

std::optional<RunRecord> Shelf::find(std::string_view run) {
  std::optional<StoredRun> stored;
  guarded(kStore, [&] { stored = store_.find(run); });
  return stored ? read(*stored) : std::nullopt;
}

std::vector<RunRecord> Shelf::ended(std::size_t most) {
  std::vector<StoredRun> stored;
  guarded(kStore, [&] { stored = store_.ended(most); });
  return read_all(stored);
}

std::vector<RunRecord> Shelf::untold() {
  std::vector<StoredRun> stored;
  guarded(kStore, [&] { stored = store_.untold(); });
  return read_all(stored);
}

bool Shelf::set_told(const std::string& run, const std::string& state) {
  return guarded(kStore, [&] { store_.set_told(run, state); });
}

std::string Shelf::make_run_id() {
  std::string id = loads::make_run_id();
  while (find(id)) id = loads::make_run_id();
  return id;
}

void Shelf::prune(std::size_t keep) {
  guarded(kStore, [&] {
    for (const std::string& run : store_.prune(keep)) {
      journals_.erase(run);
      troubles_.erase(figures_of(run));
      std::error_code ignored;
      if (is_run_id(run)) std::filesystem::remove_all(run_folder(run), ignored);
    }
  });
}

std::filesystem::path Shelf::run_folder(const std::string& run) const { return folder_ / "runs" / run; }

// Also takes in what has waited for the journal.
bool Shelf::open(const std::string& run, OpenJournal& open) {
  open.used = true;
  if (open.journal) return true;
  return guarded(figures_of(run), [&] {
    open.journal = std::make_unique<journal::Journal>(run_folder(run));
    if (const auto& cut = open.journal->cut()) {
      log::warn("cut " + std::to_string(cut->bytes) + " bytes of an unfinished write off " + cut->file.string());
    }
    for (const std::string& record : std::exchange(open.waiting, {})) open.journal->append(bytes_of(record));
  });
}

void Shelf::append(const std::string& run, std::string_view record) {
  OpenJournal& journal = journals_[run];
  if (open(run, journal)) {
    journal.journal->append(bytes_of(record));
  } else {
    journal.waiting.emplace_back(record);
  }
}

bool Shelf::checkpoint(const std::string& run, const std::string& record) {
  OpenJournal& journal = journals_[run];
  return open(run, journal) && report(figures_of(run), journal.journal->checkpoint(bytes_of(record)).error);
}

bool Shelf::read_pages(const std::string& run, const Outside::OnPage& on_page) {
  std::error_code ignored;
  if (!std::filesystem::exists(run_folder(run), ignored)) return true;
  OpenJournal& journal = journals_[run];
  if (!open(run, journal)) return false;
  return guarded(figures_of(run), [&] {
    journal.journal->replay(
        [&](journal::Kind kind, std::span<const std::uint8_t> payload) { on_page(payload, kind == journal::Kind::checkpoint); });
  });
}

std::size_t Shelf::uncommitted() const {
  std::size_t bytes = 0;
  for (const auto& [run, open] : journals_) bytes += open.journal ? open.journal->uncommitted() : 0;
  return bytes;
}

std::set<std::string> Shelf::commit() {
  std::set<std::string> waiting;
  const bool owned = save_owners();  // whose figures they are comes first
  for (auto& [run, journal] : journals_) {
    const bool waits = !journal.waiting.empty() || (journal.journal && journal.journal->uncommitted() > 0);
    if (!waits) continue;
    const bool done = owned && open(run, journal) && report(figures_of(run), journal.journal->commit().error);
    if (!done) waiting.insert(run);
  }
  return waiting;
}

void Shelf::close_unused() {
  for (auto entry = journals_.begin(); entry != journals_.end();) {
    const OpenJournal& open = entry->second;
    const bool idle = open.waiting.empty() && (!open.journal || open.journal->uncommitted() == 0);
    entry = !std::exchange(entry->second.used, false) && idle ? journals_.erase(entry) : std::next(entry);
  }
}

bool Shelf::has_bundle(const std::string& bundle) {
  if (pins_.contains(bundle)) return true;
  auto pin = bundles_.pin(bundle);
  if (!pin) return false;
  pins_.emplace(bundle, std::move(*pin));
  return true;
}

std::optional<std::uint64_t> Shelf::add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) {
  auto& receiving = receiving_[chunk.bundle];
  // Another console may send the same bundle, or one has given up in the middle: it goes on where it is.
  if (receiving && chunk.offset != receiving->next_offset()) return receiving->next_offset();
  if (!receiving) {
    auto begun = bundles_.receive(chunk.bundle, size);
    why_not = begun.error;
    receiving = std::move(begun.receiving);
    if (!receiving) return {};
  }
  const auto taken = receiving->append(chunk.offset, chunk.data);
  why_not = taken.error;
  if (!why_not.empty()) return {};
  const std::uint64_t next = receiving->next_offset();
  if (!receiving->complete()) return next;
  auto received = receiving->finish();
  receiving_.erase(chunk.bundle);
  why_not = received.error;
  if (!received.pin) return {};
  pins_.insert_or_assign(chunk.bundle, std::move(*received.pin));
  return next;
}

void Shelf::release_bundles(const std::set<std::string>& in_use) {
  std::erase_if(pins_, [&](const auto& entry) { return !in_use.contains(entry.first); });
  std::erase_if(receiving_, [&](const auto& entry) { return !in_use.contains(entry.first); });
}

std::optional<proto::Blob> Shelf::read_chunk(const std::string& bundle, std::uint64_t offset) const {
  const auto pin = pins_.find(bundle);
  return pin == pins_.end() ? bundles_.read_chunk(bundle, offset, kChunkSize) : pin->second.read_chunk(offset, kChunkSize);
}

}  // namespace loads::broker
