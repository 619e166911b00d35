#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "proto/bundle/file.h"

namespace loads::bundle {

// Makes files and folders below one folder, and never outside of it: no link is followed, whoever has put it there and whenever. The kernel
// sees to that (openat2); where it does not have the call, or a container's filter forbids it, each component is opened by itself.
class Beneath {
 public:
  enum class Way { openat2, by_component };

  explicit Beneath(const std::filesystem::path& folder, Way way = Way::openat2);
  explicit operator bool() const { return static_cast<bool>(root_); }

  // A new file of a relative path, and the folders that are missing on its way (0700). None, and errno, when it cannot be made or is there.
  File create(const std::string& path, mode_t mode);

 private:
  bool make_folder(const std::string& path);
  File open(const std::string& path, int flags, mode_t mode) const;
  File open_by_component(const std::string& path, int flags, mode_t mode) const;

  File root_;
  Way way_;
  std::string made_;  // the folder made last: most files lie beside the one before
};

}  // namespace loads::bundle
