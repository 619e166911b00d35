#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace loads {

// A new folder for one test, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    if (::mkdtemp(pattern_.data()) == nullptr) throw std::runtime_error("mkdtemp");
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(pattern_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path path() const { return pattern_; }

 private:
  std::string pattern_ = (std::filesystem::temp_directory_path() / "loads-test-XXXXXX").string();
};

}  // namespace loads
