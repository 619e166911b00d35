#pragma once

#include <filesystem>

#include "runner/options/given.h"

namespace loads::runner {

// The folder of compiled modules: $XDG_CACHE_HOME/loads, or ~/.cache/loads; when neither can be written a new temporary one, which the
// destructor removes.
class CacheFolder {
 public:
  explicit CacheFolder(const Environment& environment);
  ~CacheFolder();
  CacheFolder(const CacheFolder&) = delete;
  CacheFolder& operator=(const CacheFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  bool is_temporary() const { return temporary_; }
  void keep() { kept_ = true; }  // there is something in it that the user was told about

  // Deletes what nobody has used for a month.
  void prune() const;

 private:
  std::filesystem::path path_;
  bool temporary_ = false;
  bool kept_ = false;
};

}  // namespace loads::runner
