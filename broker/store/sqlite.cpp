#include "broker/store/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "common/descriptor.h"
#include "common/failure.h"

namespace loads::broker::sqlite {
namespace {

constexpr int kBusyMilliseconds = 5000;  // somebody looks into the file with the sqlite3 command

bool is_damage(int error) { return error == SQLITE_CORRUPT || error == SQLITE_NOTADB; }

}  // namespace

void Database::Closer::operator()(sqlite3* handle) const { sqlite3_close(handle); }

void Statement::Finalizer::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

Database::Database(const std::filesystem::path& file) : file_(file.string()) {
  // SQLite would make it readable by others, and gives the files beside it the same permissions.
  { const Descriptor made(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)); }
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(file_.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) fail();
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
}

void Database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

int Database::changes() const { return sqlite3_changes(handle_.get()); }

void Database::fail() const {
  const std::string why = sqlite3_errmsg(handle_.get());
  if (is_damage(sqlite3_errcode(handle_.get()))) fail_damaged(why);
  throw Failure(exit_code::local_resource, "the database " + file_ + " cannot be used: " + why, "state-folder");
}

void Database::fail_damaged(const std::string& why) const {
  throw Failure(exit_code::local_resource,
                "the database " + file_ + " is damaged: " + why +
                    ". Restore it from a copy, or move it and the files beside it (-wal, -shm) away: the broker then begins a new one, "
                    "without the runs so far.",
                "damaged-state");
}

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
  sqlite3_stmt* handle = nullptr;
  check(sqlite3_prepare_v2(database.handle_.get(), sql.data(), static_cast<int>(sql.size()), &handle, nullptr));
  handle_.reset(handle);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text64(handle_.get(), ++bound_, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(), SQLITE_STATIC));
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result != SQLITE_ROW && result != SQLITE_DONE) database_.fail();
  return result == SQLITE_ROW;
}

void Statement::run() {
  while (step()) continue;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);  // before the size, which the other order could change
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return size == 0 ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

void Statement::check(int result) const {
  if (result != SQLITE_OK) database_.fail();
}

Transaction::Transaction(Database& database) : database_(database) { database_.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.run("ROLLBACK");
  } catch (const Failure&) {
    // After some errors (a full disk) SQLite has rolled back by itself.
  }
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace loads::broker::sqlite
