#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/bundle/pin.h"
#include "proto/bundle/receiving.h"

namespace loads::bundle {

// The bundles that a broker or an agent has, each a file named by its SHA-256. Processes of one user may share the folder, without talking
// to each other. A name that is no SHA-256 is in no cache. An object belongs to one thread.
//
// `max_bytes` holds for what is not in use: the longest unused go when a new bundle needs room, a pinned one never.
class BundleCache {
 public:
  // Makes the folder (0700). Throws loads::Failure(local_resource) when it cannot be used, or others may write to it: what lies in it is
  // run.
  BundleCache(std::filesystem::path folder, std::uint64_t max_bytes);

  bool contains(std::string_view sha256) const;

  // The bundle to read from, for as long as the pin lives. Nothing when it is not there.
  std::optional<Pin> pin(std::string_view sha256) const;
  std::optional<std::vector<std::uint8_t>> read_chunk(std::string_view sha256, std::uint64_t offset, std::size_t size) const;

  // The whole bundle, its SHA-256 checked: what the disk has spoilt is removed and not there.
  std::optional<std::vector<std::uint8_t>> read(std::string_view sha256) const;

  // Makes room for a bundle and begins to receive it. Null and `error` when its name or its size is impossible, or the disk does not allow
  // it.
  struct Begun {
    std::unique_ptr<Receiving> receiving;
    std::string error;
  };
  Begun receive(std::string_view sha256, std::uint64_t size);

 private:
  void make_room(std::uint64_t bytes) const;
  std::filesystem::path place_of(std::string_view sha256) const { return folder_ / sha256; }

  std::filesystem::path folder_;
  std::uint64_t max_bytes_;
};

}  // namespace loads::bundle
