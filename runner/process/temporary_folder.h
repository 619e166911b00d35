#pragma once

#include <filesystem>
#include <string>

namespace loads::runner {

// A folder that only this user can enter, for what processes of a run share. Gone with this object.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& purpose);  // "the run's counters". Throws Failure(local_resource)
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace loads::runner
