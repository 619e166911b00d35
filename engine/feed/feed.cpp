#include "engine/feed/feed.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "engine/feed/csv.h"
#include "engine/feed/json_rows.h"

namespace loads::feed {
namespace {

namespace fs = std::filesystem;

std::string folder_name(const fs::path& folder) {
  std::error_code ignored;
  const fs::path whole = fs::absolute(folder.empty() ? "." : folder, ignored).lexically_normal();
  return whole.has_filename() ? whole.string() : whole.parent_path().string();
}

fs::path locate(const fs::path& file, const fs::path& beside) {
  std::error_code ignored;
  if (fs::is_regular_file(file, ignored)) return file;
  if (file.is_absolute()) throw FeedError("no data file " + file.string());
  if (fs::path near_test = beside.parent_path() / file; fs::is_regular_file(near_test, ignored)) return near_test;
  const std::string here = folder_name(".");
  const std::string there = folder_name(beside.parent_path());
  throw FeedError("no data file \"" + file.string() + "\" (agents get it by --include-file): looked in " + here +
                  (here == there ? "" : " and in " + there));
}

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || !stream.is_open()) throw FeedError("cannot read it");
  return text;
}

Table load(const fs::path& path, const std::string& name, Format format, const FeedOptions& options) {
  try {
    return format == Format::csv ? read_csv(read(path), options.delimiter, options.names) : read_json(read(path));
  } catch (const FeedError& error) {
    throw FeedError(name + ": " + error.what());
  }
}

std::string key_of(const fs::path& path, Format format, const FeedOptions& options) {
  std::string key = path.string();
  for (const int part :
       {static_cast<int>(format), static_cast<int>(options.order), static_cast<int>(options.split), int{options.delimiter}})
    key.append(1, '\0').append(std::to_string(part));
  for (const std::string& name : options.names) key.append(1, '\0').append(name);
  return key;
}

}  // namespace

std::shared_ptr<Feed> Feed::find(std::string_view file, Format format, const FeedOptions& options, std::string_view beside) {
  static std::mutex mutex;
  static auto* const feeds = std::make_unique<std::map<std::string, std::shared_ptr<Feed>>>().release();  // outlives globals of modules
  const fs::path path = locate(file, beside);
  const std::string key = key_of(fs::absolute(path), format, options);
  const std::lock_guard lock(mutex);
  std::shared_ptr<Feed>& feed = (*feeds)[key];
  if (!feed) feed = std::make_shared<Feed>(std::string(file), options, load(path, std::string(file), format, options));
  return feed;
}

std::uint64_t& Feed::taken_by(std::uint64_t index, std::uint64_t users) {
  std::call_once(made_, [&] { taken_.resize(users); });
  return taken_.at(index);
}

}  // namespace loads::feed
