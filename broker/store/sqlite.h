#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

// SQLite with destructors and exceptions, for the store alone. Every error is a loads::Failure(exit_code::local_resource) that names the
// file. One thread at a time; a statement does not outlive its database.
namespace loads::broker::sqlite {

class Statement;

class Database {
 public:
  explicit Database(const std::filesystem::path& file);  // made (0600) when it is not there

  void run(const char* sql);       // statements without parameters, their rows ignored
  int changes() const;             // rows that the last statement changed
  [[noreturn]] void fail() const;  // with the last error
  [[noreturn]] void fail_damaged(const std::string& why) const;

 private:
  friend class Statement;
  struct Closer {
    void operator()(sqlite3* handle) const;
  };

  std::string file_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  // Parameters are bound in their order; texts and blobs have to live until the last step.
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_blob(std::string_view bytes);

  bool step();  // whether there is a row
  void run();   // steps to the end
  std::int64_t integer(int column) const;
  std::string text(int column) const;  // of a text or a blob

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* handle) const;
  };
  void check(int result) const;

  Database& database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
  int bound_ = 0;
};

// Rolls back unless commit() was reached.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace loads::broker::sqlite
