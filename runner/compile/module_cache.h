#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace loads::runner {

// Finds the module that was built from the same source before. Two files make an entry: KEY.deps names the files that were included, and BUILD.so, whose
// name depends on KEY and on the content of those files, is the module. Both are put in place by rename, and a name never stands for other content, so that any
// number of runners may use the folder at once without a lock.
class ModuleCache {
 public:
  // `key` stands for the source and everything else that is known before the compiler has run.
  ModuleCache(std::filesystem::path folder, std::string key) : folder_(std::move(folder)), key_(std::move(key)) {}

  // The module, when the files that it was built from are still the same.
  std::optional<std::filesystem::path> find() const;

  // Takes `library`, a file in the same file system, into the cache; returns where it is now.
  std::filesystem::path add(const std::filesystem::path& library, const std::vector<std::filesystem::path>& dependencies) const;

 private:
  std::filesystem::path manifest() const { return folder_ / (key_ + ".deps"); }
  std::optional<std::filesystem::path> library_for(const std::vector<std::filesystem::path>& dependencies) const;

  std::filesystem::path folder_;
  std::string key_;
};

}  // namespace loads::runner
