#include "proto/bundle/collect.h"

#include <glob.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "common/failure.h"
#include "proto/bundle/limits.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::usage, message, "include-file"); }

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  refuse("cannot send " + path.string() + " to the agents: " + why);
}

// Paths that a pattern names; frees what glob() has allocated.
class Matches {
 public:
  explicit Matches(const std::string& pattern) : result_(::glob(pattern.c_str(), GLOB_ERR, nullptr, &found_)) {}
  ~Matches() { ::globfree(&found_); }
  Matches(const Matches&) = delete;
  Matches& operator=(const Matches&) = delete;

  int result() const { return result_; }
  std::vector<fs::path> paths() const { return {found_.gl_pathv, found_.gl_pathv + found_.gl_pathc}; }

 private:
  ::glob_t found_{};
  int result_;
};

std::string escaped(const std::string& path) {
  std::string text;
  for (const char c : path) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text;
}

bool is_inside(const fs::path& relative) { return !relative.empty() && *relative.begin() != ".."; }

class Collector {
 public:
  explicit Collector(const fs::path& base) : base_(fs::absolute(base / "").lexically_normal().parent_path()), real_base_(real(base)) {}

  void add_pattern(const std::string& pattern) {
    if (pattern.empty()) refuse("--include-file needs the name of a file or a pattern, as in data/*.json");
    const Matches matches(pattern.front() == '/' ? pattern : escaped(base_.string()) + "/" + pattern);
    if (matches.result() == GLOB_NOMATCH) {
      refuse("--include-file " + pattern + " names no file: there is none like that in " + base_.string() +
             ". Quote patterns, so that they are taken as they are");
    }
    if (matches.result() != 0) refuse("--include-file " + pattern + ": a folder on its way cannot be read");
    for (const fs::path& path : matches.paths()) add(path, name_of(path));
  }

  std::vector<Entry> take() { return std::move(entries_); }

 private:
  static fs::path real(const fs::path& path) {
    std::error_code error;
    auto resolved = fs::canonical(path, error);
    if (error) refuse(path, error.message());
    return resolved;
  }

  // Where the file stands in the bundle. What ".." means behind a link is known to the kernel alone.
  fs::path name_of(const fs::path& path) const {
    const bool climbs = std::find(path.begin(), path.end(), "..") != path.end();
    const fs::path plain = climbs ? real(path) : path.lexically_normal();
    for (const fs::path& base : {base_, real_base_}) {
      if (const auto name = plain.lexically_relative(base); is_inside(name)) return name;
    }
    refuse(path, "it lies outside of " + base_.string() +
                     ". Files keep their place below that folder: copy it there, or start from a folder above both");
  }

  void add(const fs::path& path, const fs::path& name) {
    const fs::path target = real(path);
    if (!is_inside(target.lexically_relative(real_base_))) {
      refuse(path, "it is a link that leads out of " + base_.string() + ", to " + target.string() + ". Put a copy in its place");
    }
    switch (fs::status(target).type()) {
      case fs::file_type::regular: return add_file(target, name);
      case fs::file_type::directory: return add_folder(path, target, name);
      default: refuse(path, "it is neither a file nor a folder");
    }
  }

  void add_file(const fs::path& target, const fs::path& name) {
    if (entries_.size() == kMaxFiles) refuse("--include-file names more than 10000 files. Name those that the test reads");
    entries_.push_back({name.lexically_normal().string(), target});
  }

  void add_folder(const fs::path& path, const fs::path& target, const fs::path& name) {
    if (std::find(open_folders_.begin(), open_folders_.end(), target) != open_folders_.end())
      refuse(path, "it is a link to a folder that it lies in");
    open_folders_.push_back(target);
    std::error_code error;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      add(entry->path(), name / entry->path().filename());
    }
    if (error) refuse(path, error.message());
    open_folders_.pop_back();
  }

  fs::path base_;
  fs::path real_base_;
  std::vector<fs::path> open_folders_;  // from the one that was named down to the one that is being read
  std::vector<Entry> entries_;
};

}  // namespace

std::vector<Entry> collect(const std::vector<std::string>& patterns, const fs::path& base) {
  Collector collector(base);
  for (const std::string& pattern : patterns) collector.add_pattern(pattern);
  auto entries = collector.take();
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.path < b.path; });
  const auto same = [](const Entry& a, const Entry& b) { return a.path == b.path; };
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  return entries;
}

}  // namespace loads::bundle
