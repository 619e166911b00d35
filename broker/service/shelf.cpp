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

std::span<const std::uint8_t> bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

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

Shelf::Shelf(const std::filesystem::path& folder) : folder_(folder), store_(folder), bundles_(folder / "bundles", kMostBundleBytes) {}

std::string Shelf::cluster() {
  if (auto name = store_.meta("cluster")) return *name;
  const std::string name = loads::make_run_id();
  store_.set_meta("cluster", name);
  return name;
}

bool Shelf::is_agent_of(const std::string& agent, const std::string& name) {
  const std::string key = "agent " + agent;
  if (const auto owner = store_.meta(key)) return *owner == name;
  if (!name.empty()) store_.set_meta(key, name);
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
    log::info(what + " can be written again");
  } else if (!error.empty() && (known == troubles_.end() || known->second != error)) {
    troubles_[what] = error;
    log::error(what + " cannot be written: " + error + "; nothing of it is acknowledged, agents keep what they measure");
  }
  return error.empty();
}

std::string Shelf::trouble() const {
  return troubles_.empty() ? "" : troubles_.begin()->first + " cannot be written: " + troubles_.begin()->second;
}

bool Shelf::save(const RunRecord& record) {
  const auto since_epoch = [](proto::WallTime time) { return std::chrono::nanoseconds(time.time_since_epoch()); };
  try {
    store_.save({record.run, std::string(to_string(record.state)), proto::to_record(record), since_epoch(record.submitted),
                 proto::is_over(record.state) ? since_epoch(record.ended) : Nanoseconds{}});
    return report("run " + record.run, "");
  } catch (const Failure& failure) {
    return report("run " + record.run, failure.what());
  }
}

std::optional<RunRecord> Shelf::find(std::string_view run) const {
  const auto stored = store_.find(run);
  return stored ? read(*stored) : std::nullopt;
}

std::vector<RunRecord> Shelf::ended(std::size_t most) const { return read_all(store_.ended(most)); }

std::string Shelf::make_run_id() const {
  std::string id = loads::make_run_id();
  while (store_.find(id)) id = loads::make_run_id();
  return id;
}

void Shelf::prune(std::size_t keep) {
  for (const std::string& run : store_.prune(keep)) {
    journals_.erase(run);
    std::error_code ignored;
    if (is_run_id(run)) std::filesystem::remove_all(run_folder(run), ignored);
  }
}

std::filesystem::path Shelf::run_folder(const std::string& run) const { return folder_ / "runs" / run; }

journal::Journal& Shelf::journal_of(const std::string& run) {
  OpenJournal& open = journals_[run];
  open.used = true;
  if (!open.journal) {
    open.journal = std::make_unique<journal::Journal>(run_folder(run));
    if (const auto& cut = open.journal->cut())
      log::warn("cut " + std::to_string(cut->bytes) + " bytes of an unfinished write off " + cut->file.string());
  }
  return *open.journal;
}

void Shelf::append(const std::string& run, std::string_view record) { journal_of(run).append(bytes_of(record)); }

void Shelf::checkpoint(const std::string& run, const std::string& record) {
  report("the figures of run " + run, journal_of(run).checkpoint(bytes_of(record)).error);
}

void Shelf::read_pages(const std::string& run, const Outside::OnPage& on_page) {
  if (!std::filesystem::exists(run_folder(run))) return;
  journal_of(run).replay(
      [&](journal::Kind kind, std::span<const std::uint8_t> payload) { on_page(payload, kind == journal::Kind::checkpoint); });
}

std::size_t Shelf::uncommitted() const {
  std::size_t bytes = 0;
  for (const auto& [run, open] : journals_) bytes += open.journal->uncommitted();
  return bytes;
}

bool Shelf::commit() {
  bool all = true;
  for (auto& [run, open] : journals_) {
    if (open.journal->uncommitted() == 0) continue;
    all = report("the figures of run " + run, open.journal->commit().error) && all;
  }
  return all;
}

void Shelf::close_unused() {
  for (auto entry = journals_.begin(); entry != journals_.end();) {
    const bool unused = !std::exchange(entry->second.used, false) && entry->second.journal->uncommitted() == 0;
    entry = unused ? journals_.erase(entry) : std::next(entry);
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
  if (chunk.offset == 0 || !receiving) {
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

std::optional<proto::Blob> Shelf::read_chunk(const std::string& bundle, std::uint64_t offset) const {
  const auto pin = pins_.find(bundle);
  return pin == pins_.end() ? bundles_.read_chunk(bundle, offset, kChunkSize) : pin->second.read_chunk(offset, kChunkSize);
}

}  // namespace loads::broker
