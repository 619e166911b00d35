#include "proto/bundle/cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/failure.h"
#include "proto/bundle/limits.h"

namespace loads::bundle {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw Failure(exit_code::local_resource, "cannot keep tests in " + folder.string() + ": " + why, "bundle-cache");
}

void require_private(const fs::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) refuse(folder, std::strerror(errno));
  if (!S_ISDIR(status.st_mode)) refuse(folder, "it is no folder");
  if (status.st_uid != ::geteuid()) refuse(folder, "it belongs to another user. Name a folder of this one");
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) refuse(folder, "others may write to it. chmod go-w " + folder.string());
  if (::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) refuse(folder, std::strerror(errno));
}

struct Stored {
  fs::path path;
  fs::file_time_type used;
  std::uint64_t size = 0;
};

// The bundles in the folder, the longest unused first. Another process may be at work there: what vanishes meanwhile is left out.
std::vector<Stored> stored_in(const fs::path& folder) {
  std::vector<Stored> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code vanished;
    if (!is_sha256(entry->path().filename().string())) continue;
    Stored stored{entry->path(), entry->last_write_time(vanished), 0};
    if (!vanished) stored.size = entry->file_size(vanished);
    if (!vanished) found.push_back(std::move(stored));
  }
  std::sort(found.begin(), found.end(), [](const Stored& a, const Stored& b) { return a.used < b.used; });
  return found;
}

// Of processes that were killed; what is being received is locked.
void remove_leftovers(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(kReceivingPrefix)) remove_unpinned(entry->path());
  }
}

}  // namespace

BundleCache::BundleCache(fs::path folder, std::uint64_t max_bytes) : folder_(std::move(folder)), max_bytes_(max_bytes) {
  std::error_code error;
  if (folder_.has_parent_path()) fs::create_directories(folder_.parent_path(), error);
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) refuse(folder_, std::strerror(errno));
  require_private(folder_);
  make_room(0);
}

bool BundleCache::contains(std::string_view sha256) const { return pin(sha256).has_value(); }

std::optional<Pin> BundleCache::pin(std::string_view sha256) const {
  if (!is_sha256(sha256)) return std::nullopt;
  return pin_file(place_of(sha256));
}

std::optional<std::vector<std::uint8_t>> BundleCache::read_chunk(std::string_view sha256, std::uint64_t offset, std::size_t size) const {
  const auto pinned = pin(sha256);
  if (!pinned) return std::nullopt;
  return pinned->read_chunk(offset, size);
}

std::optional<std::vector<std::uint8_t>> BundleCache::read(std::string_view sha256) const {
  auto bytes = read_chunk(sha256, 0, kMaxPacked);
  if (!bytes || sha256_of(*bytes) == sha256) return bytes;
  remove_unpinned(place_of(sha256));
  return std::nullopt;
}

BundleCache::Begun BundleCache::receive(std::string_view sha256, std::uint64_t size) {
  if (!is_sha256(sha256)) return {nullptr, "the bundle's name is no SHA-256"};
  if (size == 0 || size > kMaxPacked) return {nullptr, "a bundle of " + std::to_string(size) + " bytes; at most 64 MiB are allowed"};
  make_room(size);
  auto receiving = std::make_unique<Receiving>(place_of(sha256), std::string(sha256), size);
  if (!receiving->error().empty()) return {nullptr, receiving->error()};
  return {std::move(receiving), {}};
}

void BundleCache::make_room(std::uint64_t bytes) const {
  remove_leftovers(folder_);
  const auto stored = stored_in(folder_);
  std::uint64_t total = bytes;
  for (const Stored& each : stored) total += each.size;
  for (const Stored& each : stored) {
    if (total <= max_bytes_) return;
    if (remove_unpinned(each.path)) total -= each.size;
  }
}

}  // namespace loads::bundle
