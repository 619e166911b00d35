#pragma once

#include <filesystem>
#include <string>

#include "common/descriptor.h"

namespace loads::runner {

// A folder that only this user can enter, for what processes of a run share. Gone with this object; what a run that was killed has left
// goes when the next one makes its own.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& purpose);  // "the run's counters". Throws Failure(local_resource)
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  Descriptor lock_;  // held for as long as it is of use
};

}  // namespace loads::runner
