#pragma once

#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "common/journal/disk.h"

namespace loads::journal {

// The real disk, of which calls fail on demand; it notes which were made.
class FailingDisk : public Disk {
 public:
  void fail(const std::string& call, int error) { errors_[call] = error; }
  void fail_call(std::size_t number, int error) { number_ = number, error_ = error; }  // counted from 0, this one alone
  void heal() { errors_.clear(); }
  std::vector<std::string> take_calls() { return std::exchange(calls_, {}); }
  std::size_t calls() const { return calls_.size(); }

  int open(const std::filesystem::path& file, int flags) override {
    const int error = note("open");
    return error != 0 ? -error : Disk::open(file, flags);
  }
  // Half of it is written before it fails, as on a disk that is just filling up.
  std::ptrdiff_t write(int descriptor, std::span<const std::uint8_t> bytes, std::uint64_t offset) override {
    const int error = note("write");
    if (error == 0) return Disk::write(descriptor, bytes, offset);
    Disk::write(descriptor, bytes.first(bytes.size() / 2), offset);
    return -error;
  }
  int sync(int descriptor) override {
    const int error = note("sync");
    return error != 0 ? error : Disk::sync(descriptor);
  }
  int truncate(int descriptor, std::uint64_t size) override {
    const int error = note("truncate");
    return error != 0 ? error : Disk::truncate(descriptor, size);
  }
  int rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    const int error = note("rename");
    return error != 0 ? error : Disk::rename(from, to);
  }
  int remove(const std::filesystem::path& file) override {
    const int error = note("remove");
    return error != 0 ? error : Disk::remove(file);
  }
  int sync_folder(const std::filesystem::path& folder) override {
    const int error = note("sync_folder");
    return error != 0 ? error : Disk::sync_folder(folder);
  }

 private:
  int note(const std::string& call) {
    calls_.push_back(call);
    if (calls_.size() - 1 == number_) return error_;
    const auto found = errors_.find(call);
    return found == errors_.end() ? 0 : found->second;
  }

  std::map<std::string, int> errors_;
  std::size_t number_ = SIZE_MAX;
  int error_ = 0;
  std::vector<std::string> calls_;
};

}  // namespace loads::journal
