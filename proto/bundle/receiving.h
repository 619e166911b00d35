#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "proto/bundle/container.h"
#include "proto/bundle/file.h"
#include "proto/bundle/outcome.h"
#include "proto/bundle/pin.h"
#include "proto/bundle/sha256.h"

namespace loads::bundle {

// What has become of a bundle that was received: it is in the cache and in use, or why not.
struct Received {
  std::optional<Pin> pin;
  std::string error;
};

// A bundle on its way into a cache, chunk by chunk. It lies under a name of its own until it is whole, so that others never see a part of
// it, and several may receive the same bundle at once. What is not finished is deleted.
class Receiving {
 public:
  // Made by BundleCache::receive(). `place` is where the bundle goes; it will have `size` bytes.
  Receiving(std::filesystem::path place, std::string sha256, std::uint64_t size);
  ~Receiving();
  Receiving(const Receiving&) = delete;
  Receiving& operator=(const Receiving&) = delete;

  const std::string& error() const { return error_; }      // why nothing more can be received; empty: it can
  std::uint64_t next_offset() const { return received_; }  // of the chunk to ask for
  bool complete() const { return received_ == size_; }

  // Chunks come in their order. One that is refused (out of order, too long, the disk is full) changes nothing: ask for it again, or give
  // up.
  Outcome append(std::uint64_t offset, Bytes chunk);

  // Checks size and SHA-256 and puts the bundle in its place, or deletes it. Either way the receiving is over.
  // Waits for the disk, and up to a second when another process is just removing a file of this name.
  Received finish();

 private:
  void open_temporary();
  void remove_temporary();
  Received give_up(const std::string& why);
  Received put_in_place();

  std::filesystem::path place_;
  std::string sha256_;
  std::uint64_t size_;
  std::uint64_t received_ = 0;
  std::string temporary_;  // empty: nothing to delete
  std::string error_;
  File file_;
  Sha256 sum_;
};

inline constexpr const char* kReceivingPrefix = "receiving-";  // of the names of what is on its way

}  // namespace loads::bundle
