#include "proto/bundle/receiving.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

namespace loads::bundle {
namespace {

constexpr int kAttempts = 10;

// How long a file may take to go that another process has begun to remove: it needs one more call for it, and a turn on the processor.
constexpr std::chrono::milliseconds kRemovalTime(1000);

std::string cannot_write(const std::string& path) { return "cannot write " + path + ": " + std::strerror(errno); }

// Leaves a file that is there: somebody may have pinned it. Not every file system can do that; there the same bytes take the old ones'
// place.
bool move_to_new(const std::string& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return (errno == EINVAL || errno == ENOSYS) && ::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

Receiving::Receiving(std::filesystem::path place, std::string sha256, std::uint64_t size)
    : place_(std::move(place)), sha256_(std::move(sha256)), size_(size) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    open_temporary();
    // Between the two calls another process may take it for one that was left behind.
    if (!file_ || keep_from_removal(file_)) return;
    remove_temporary();
    file_ = File();
  }
  error_ = "cannot write to " + place_.parent_path().string() + ": its files are removed as soon as they are made";
}

void Receiving::open_temporary() {
  temporary_ = (place_.parent_path() / (std::string(kReceivingPrefix) + "XXXXXX")).string();
  file_ = File(::mkostemp(temporary_.data(), O_CLOEXEC));
  if (file_) return;
  error_ = cannot_write(temporary_);
  temporary_.clear();
}

Receiving::~Receiving() { remove_temporary(); }

void Receiving::remove_temporary() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Outcome Receiving::append(std::uint64_t offset, Bytes chunk) {
  if (!error_.empty()) return {error_};
  if (offset != received_) return {"a chunk from " + std::to_string(offset) + " where " + std::to_string(received_) + " was expected"};
  if (chunk.size() > size_ - received_) return {"the bundle is longer than the " + std::to_string(size_) + " bytes it should have"};
  if (!file_.write_at(offset, chunk)) return {cannot_write(temporary_)};
  sum_.add(chunk);
  received_ += chunk.size();
  return {};
}

Received Receiving::finish() {
  if (!error_.empty()) return {{}, error_};
  error_ = "the bundle's receiving is over";
  if (!complete()) return give_up("the bundle has " + std::to_string(received_) + " of its " + std::to_string(size_) + " bytes");
  if (const std::string sum = sum_.finish(); sum != sha256_) return give_up("the bundle's SHA-256 is " + sum + " and should be " + sha256_);
  // Its name says that the bytes are right, so they have to be on the disk before it has it.
  if (::fdatasync(file_.get()) != 0) return give_up(cannot_write(temporary_));
  return put_in_place();
}

Received Receiving::give_up(const std::string& why) {
  remove_temporary();
  return {{}, why};
}

Received Receiving::put_in_place() {
  const auto deadline = std::chrono::steady_clock::now() + kRemovalTime;
  while (std::chrono::steady_clock::now() < deadline) {
    if (move_to_new(temporary_, place_)) {
      temporary_.clear();
      return {Pin(std::move(file_), size_), {}};
    }
    if (errno != EEXIST) return give_up(cannot_write(place_.string()));
    // Another one was quicker. Its file is as good as ours, unless it is just being removed: then the place will be free.
    if (auto pin = pin_file(place_)) {
      remove_temporary();
      return {std::move(pin), {}};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return give_up("cannot use " + place_.string() + ": it is there and cannot be read");
}

}  // namespace loads::bundle
