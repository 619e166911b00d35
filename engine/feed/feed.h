#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <loads/feeder.h>

#include "engine/feed/deal.h"
#include "engine/feed/table.h"

namespace loads::feed {

enum class Format : std::uint8_t { csv, json };

// A file of data and how it is dealt: what all the Feeders of the process that ask for the same share.
class Feed {
 public:
  // The one of that file, format and options; read when nobody has asked for it before. `beside` is the source file of the test. Throws
  // FeedError. From any thread.
  static std::shared_ptr<Feed> find(std::string_view file, Format format, const FeedOptions& options, std::string_view beside);

  Feed(std::string name, FeedOptions options, Table table)
      : name_(std::move(name)), options_(std::move(options)), table_(std::move(table)) {}

  const std::string& name() const { return name_; }  // as the test wrote it, for messages
  const FeedOptions& options() const { return options_; }
  const Table& table() const { return table_; }

  // How many rows user `index` of this process has taken under Order::unique: it outlives the user, whose next life, in the next step, goes
  // on there. A place in memory for each of `users`; nobody but the user itself reads or writes it.
  std::uint64_t& taken_by(std::uint64_t index, std::uint64_t users);

 private:
  const std::string name_;
  const FeedOptions options_;
  const Table table_;
  std::once_flag made_;
  std::vector<std::uint64_t> taken_;
};

}  // namespace loads::feed
