#include "broker/store/run_store.h"

#include <algorithm>
#include <limits>

#include "broker/store/sqlite.h"
#include "common/failure.h"

namespace loads::broker {
namespace {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

constexpr std::int64_t kSchemaVersion = 1;  // of what CREATE below makes; user_version of the file
constexpr const char* kCreate = R"(
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    record BLOB NOT NULL,
    submitted_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL
  );
  CREATE INDEX runs_by_end ON runs (ended_at, id) WHERE ended_at != 0;
  CREATE TABLE transitions (
    number INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    state TEXT NOT NULL
  );
  CREATE INDEX transitions_by_run ON transitions (run);
  PRAGMA user_version = 1;
)";

// Of runs that had ended before observers were known of nobody will be told. An older broker does not look at the table.
constexpr const char* kCreateTold = R"(
  CREATE TABLE told (run TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE, state TEXT NOT NULL) WITHOUT ROWID;
  INSERT INTO told SELECT id, state FROM runs WHERE ended_at != 0;
)";

constexpr std::string_view kSelectRuns = "SELECT id, state, record, submitted_at, ended_at FROM runs ";

std::string select_runs(std::string_view which) { return std::string(kSelectRuns) + std::string(which); }

std::vector<StoredRun> read_runs(Statement& select) {
  std::vector<StoredRun> runs;
  while (select.step()) {
    runs.push_back({select.text(0), select.text(1), select.text(2), Nanoseconds(select.integer(3)), Nanoseconds(select.integer(4))});
  }
  return runs;
}

std::int64_t as_limit(std::size_t count) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(count, std::numeric_limits<std::int64_t>::max()));
}

std::int64_t schema_version(Database& database) {
  Statement select(database, "PRAGMA user_version");
  select.step();
  return select.integer(0);
}

void write_run(Database& database, const StoredRun& run) {
  Statement(database,
            "INSERT INTO runs (id, state, record, submitted_at, ended_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "state = excluded.state, record = excluded.record, submitted_at = excluded.submitted_at, ended_at = excluded.ended_at")
      .bind(run.id)
      .bind(run.state)
      .bind_blob(run.record)
      .bind(run.submitted_at.count())
      .bind(run.ended_at.count())
      .run();
}

void write_transition(Database& database, const StoredRun& run, Nanoseconds at) {
  Statement(database, "INSERT INTO transitions (run, at, state) VALUES (?, ?, ?)").bind(run.id).bind(at.count()).bind(run.state).run();
}

bool is_in_state(Database& database, const StoredRun& run) {
  Statement select(database, "SELECT 1 FROM runs WHERE id = ? AND state = ?");
  return select.bind(run.id).bind(run.state).step();
}

}  // namespace

RunStore::RunStore(const std::filesystem::path& folder)
    : database_(std::make_unique<Database>(folder / "runs.db")), file_((folder / "runs.db").string()) {
  database_->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  check_version();
  check_whole();
}

RunStore::~RunStore() = default;

void RunStore::check_version() {
  Transaction transaction(*database_);
  const std::int64_t version = schema_version(*database_);
  if (version > kSchemaVersion) {
    throw Failure(exit_code::local_resource,
                  "the database " + file_ + " was written by a newer version of loads-broker (schema " + std::to_string(version) +
                      ", this one knows " + std::to_string(kSchemaVersion) + "). Run that version, or give this one another folder.",
                  "newer-state");
  }
  if (version == 0) database_->run(kCreate);
  add_told();
  transaction.commit();
}

void RunStore::add_told() {
  Statement select(*database_, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'told'");
  if (!select.step()) database_->run(kCreateTold);
}

void RunStore::check_whole() {
  Statement check(*database_, "PRAGMA quick_check(1)");
  check.step();
  if (const std::string found = check.text(0); found != "ok") database_->fail_damaged(found);
}

std::optional<std::string> RunStore::meta(std::string_view key) const {
  Statement select(*database_, "SELECT value FROM meta WHERE key = ?");
  if (!select.bind(key).step()) return std::nullopt;
  return select.text(0);
}

void RunStore::set_meta(std::string_view key, std::string_view value) {
  Statement(*database_, "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
      .bind(key)
      .bind(value)
      .run();
}

std::size_t RunStore::count_meta(std::string_view prefix, std::string_view value) const {
  Statement select(*database_, "SELECT COUNT(*) FROM meta WHERE substr(key, 1, length(?1)) = ?1 AND value = ?2");
  select.bind(prefix).bind(value).step();
  return static_cast<std::size_t>(select.integer(0));
}

void RunStore::set_meta(const std::vector<std::pair<std::string, std::string>>& entries) {
  Transaction transaction(*database_);
  for (const auto& [key, value] : entries) set_meta(key, value);
  transaction.commit();
}

std::uint64_t RunStore::next_epoch() {
  Statement update(*database_,
                   "INSERT INTO meta (key, value) VALUES ('epoch', '1') "
                   "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) RETURNING CAST(value AS INTEGER)");
  update.step();
  const auto epoch = static_cast<std::uint64_t>(update.integer(0));
  update.run();  // to its end, where it is committed
  return epoch;
}

void RunStore::save(const StoredRun& run, Nanoseconds now) {
  Transaction transaction(*database_);
  const bool moved = !is_in_state(*database_, run);
  write_run(*database_, run);
  if (moved) write_transition(*database_, run, now);
  transaction.commit();
}

bool RunStore::remove(std::string_view id) {
  Statement(*database_, "DELETE FROM runs WHERE id = ?").bind(id).run();
  return database_->changes() > 0;
}

std::vector<std::string> RunStore::prune(std::size_t keep) {
  Statement remove_old(*database_,
                       "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE ended_at != 0 ORDER BY ended_at DESC, id DESC "
                       "LIMIT -1 OFFSET ?) RETURNING id");
  remove_old.bind(as_limit(keep));
  std::vector<std::string> removed;
  while (remove_old.step()) removed.push_back(remove_old.text(0));
  return removed;
}

std::vector<StoredRun> RunStore::untold() const {
  Statement select(
      *database_,
      select_runs("WHERE ended_at != 0 AND state IS NOT (SELECT told.state FROM told WHERE told.run = id) ORDER BY ended_at, id"));
  return read_runs(select);
}

void RunStore::set_told(std::string_view id, std::string_view state) {
  // A run that was pruned meanwhile needs no mark, and one that has become another meanwhile has the mark of that.
  Statement(*database_,
            "INSERT INTO told (run, state) SELECT id, state FROM runs WHERE id = ? AND state = ? "
            "ON CONFLICT (run) DO UPDATE SET state = excluded.state")
      .bind(id)
      .bind(state)
      .run();
}

std::optional<StoredRun> RunStore::find(std::string_view id) const {
  Statement select(*database_, select_runs("WHERE id = ?"));
  auto found = read_runs(select.bind(id));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<StoredRun> RunStore::load_all() const {
  Statement select(*database_, select_runs("ORDER BY submitted_at, id"));
  return read_runs(select);
}

std::vector<StoredRun> RunStore::ended(std::size_t limit) const {
  Statement select(*database_, select_runs("WHERE ended_at != 0 ORDER BY ended_at DESC, id DESC LIMIT ?"));
  return read_runs(select.bind(as_limit(limit)));
}

std::vector<Transition> RunStore::transitions(std::string_view id) const {
  Statement select(*database_, "SELECT at, state FROM transitions WHERE run = ? ORDER BY number");
  select.bind(id);
  std::vector<Transition> found;
  while (select.step()) found.push_back({Nanoseconds(select.integer(0)), select.text(1)});
  return found;
}

}  // namespace loads::broker
