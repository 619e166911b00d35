#pragma once

#include <sys/mount.h>

#include <filesystem>
#include <string>

#include "support/temporary_folder.h"

namespace loads {

// A file system of its own, which is soon full. Only root may mount it: ask mounted().
class SmallDisk {
 public:
  explicit SmallDisk(int kibibytes)
      : mounted_(::mount("none", folder_.path().c_str(), "tmpfs", 0, ("size=" + std::to_string(kibibytes) + "k").c_str()) == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount(folder_.path().c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  std::filesystem::path path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  bool mounted_;
};

}  // namespace loads
