#include "proto/bundle/pack.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "common/failure.h"
#include "proto/bundle/bundle_path.h"
#include "proto/bundle/container.h"
#include "proto/bundle/file.h"
#include "proto/bundle/limits.h"
#include "proto/bundle/sha256.h"

namespace loads::bundle {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::usage, message, "bundle"); }

[[noreturn]] void refuse(const Entry& entry, const std::string& why) {
  refuse("the file " + entry.source.string() + " cannot be sent to the agents: " + why);
}

struct Contents {
  std::vector<std::uint8_t> bytes;
  bool executable = false;
};

// O_NONBLOCK: to open a fifo would wait for its writer.
Contents read(const Entry& entry, std::size_t used) {
  const std::size_t room = kMaxPacked - std::min(used, kMaxPacked);
  const File file(::open(entry.source.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) refuse(entry, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) refuse(entry, "it is no regular file");
  auto bytes = file.read_at(0, room + 1);
  if (!bytes) refuse(entry, std::strerror(errno));
  if (used > kMaxPacked || bytes->size() > room)
    refuse(entry, "with it the test and its files come to more than 64 MiB. Leave out what the test does not read");
  return {std::move(*bytes), (status.st_mode & S_IXUSR) != 0};
}

void sort_and_check(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.path < b.path; });
  const auto same = [](const Entry& a, const Entry& b) { return a.path == b.path && a.source == b.source; };
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  if (entries.size() > kMaxFiles) {
    refuse("the test and its files are " + std::to_string(entries.size()) + " files; at most 10000 can be sent to the agents");
  }
  std::vector<std::string_view> paths;
  for (const Entry& entry : entries) {
    if (const auto trouble = path_trouble(entry.path); !trouble.empty())
      refuse(entry, "its path \"" + entry.path + "\": " + std::string(trouble));
    if (!paths.empty() && paths.back() == entry.path) refuse(entry, "another file has its path \"" + entry.path + "\" too");
    paths.push_back(entry.path);
  }
  if (const auto path = file_that_is_a_folder(paths); !path.empty()) {
    refuse("\"" + std::string(path) + "\" would be a file and a folder at the agents. Rename one of them");
  }
}

}  // namespace

Packed pack(std::vector<Entry> entries) {
  sort_and_check(entries);
  ContainerWriter writer(static_cast<std::uint32_t>(entries.size()));
  for (const Entry& entry : entries) {
    const Contents contents = read(entry, writer.size() + ContainerWriter::size_of({entry.path, false, {}}));
    writer.add({entry.path, contents.executable, contents.bytes});
  }
  Packed packed{writer.take(), {}};
  packed.sha256 = sha256_of(packed.bytes);
  return packed;
}

}  // namespace loads::bundle
