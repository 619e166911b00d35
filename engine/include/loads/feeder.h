#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <loads/export.h>
#include <loads/json.h>

namespace loads {

namespace feed {
class Feed;
}

// A file of data that cannot be used, or a row or column that is not there. The message names the file, and the line.
class LOADS_API FeedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~FeedError() override;
};

// There is no further row for this user. A test that does not catch it ends the user: after Order::sequential, where it is expected, with a
// test run that counts as skipped, after Order::unique with an Error.
class LOADS_API EndOfRows : public FeedError {
 public:
  EndOfRows(const std::string& message, bool expected) : FeedError(message), expected_(expected) {}
  ~EndOfRows() override;
  bool expected() const { return expected_; }

 private:
  bool expected_;
};

enum class Order : std::uint8_t {
  circular,    // each user takes all rows in their order, again and again
  sequential,  // each user takes all rows in their order, once
  random,      // each user takes any row each time, by user().random(): the same --seed gives the same rows
  unique       // each row is taken once in the whole run, over all users, steps, threads and agents
};

// Whose rows are whose, in the orders other than unique, which are always split between users. Row i goes to part i modulo the number of
// parts.
enum class Split : std::uint8_t {
  none,    // everybody has all rows
  agents,  // each agent has rows of its own, which its users share
  users    // each user of each agent has rows of its own
};

struct FeedOptions {
  Order order = Order::circular;
  Split split = Split::none;
  char delimiter = ',';
  std::vector<std::string> names{};  // of the columns, for a CSV file that does not begin with them
};

// A row of a file. A cheap handle; what it gives is valid as long as the Feeder that it came from, or the row.
class LOADS_API Row {
 public:
  Row(std::shared_ptr<const feed::Feed> feed, std::size_t index) : feed_(std::move(feed)), index_(index) {}

  // The text of a column; of a JSON file, a string as it is and everything else as JSON. Throws FeedError when there is no such column.
  std::string_view operator[](std::string_view name) const;
  bool contains(std::string_view name) const;
  std::size_t index() const { return index_; }                     // in the file, from 0
  Json json() const;                                               // all of it as an object; of a CSV file, with text in all its members
  std::vector<std::pair<std::string, std::string>> pairs() const;  // for .data and .params

 private:
  std::shared_ptr<const feed::Feed> feed_;
  std::size_t index_;
};

// The rows of a file, dealt to the virtual users. The file is read once, however many users and threads there are, and not changed after.
// Where a user stands belongs to the user and the file with its options, so a Feeder may be a member of the test class or a global; each
// user begins anew with every step of a plan (with Order::unique it goes on).
//
//   loads::Feeder users = loads::csv("users.csv", {.order = loads::Order::unique});
//   ...
//   auto row = users.next();
//   session.post("/login", {.data = {{"user", std::string(row["name"])}, {"word", std::string(row["word"])}}});
class LOADS_API Feeder {
 public:
  explicit Feeder(std::shared_ptr<feed::Feed> feed) : feed_(std::move(feed)) {}

  Row next();                               // this user's next row; throws EndOfRows
  bool has_next() const;                    // next() will give one
  Row operator[](std::size_t index) const;  // any row of the file; throws FeedError
  std::size_t size() const;                 // rows of the file, whoever takes them

 private:
  std::shared_ptr<feed::Feed> feed_;
};

// A CSV file (RFC 4180): columns are named by the first line; fields may be quoted; lines end with LF or CRLF; empty ones are left out. Or
// a JSON file with an array of objects. A relative path is looked for in the working folder, which at an agent is where the files of
// --include-file are, and then beside the source of the test. Throws FeedError when the file is not there or not right. `test` is that
// source: the builtin, because Clang knows std::source_location only from version 16 on.
LOADS_API Feeder csv(std::string_view file, const FeedOptions& options = {}, const char* test = __builtin_FILE());
LOADS_API Feeder json(std::string_view file, const FeedOptions& options = {}, const char* test = __builtin_FILE());

}  // namespace loads
