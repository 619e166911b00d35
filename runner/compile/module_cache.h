#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace loads::runner {

// Finds the module that was built from the same source before. Two files make an entry: NAME-KEY.deps names the files that were included,
// and NAME-BUILD.so, whose BUILD depends on KEY and on the content of those files, is the module. Both are put in place by rename, and a
// name never stands for other content, so that any number of runners may use the folder at once without a lock.
class ModuleCache {
 public:
  // `key` stands for the source and everything else that is known before the compiler has run; `name` begins the names of the files, for
  // people who read a backtrace.
  ModuleCache(std::filesystem::path folder, std::string name, std::string key)
      : folder_(std::move(folder)), name_(std::move(name)), key_(std::move(key)) {}

  // The module, when the files that it was built from are still the same.
  std::optional<std::filesystem::path> find() const;

  // Takes `library`, a file in the same file system, into the cache; returns where it is now.
  std::filesystem::path add(const std::filesystem::path& library, const std::vector<std::filesystem::path>& dependencies) const;

 private:
  std::filesystem::path manifest() const { return folder_ / (name_ + "-" + key_ + ".deps"); }
  std::optional<std::filesystem::path> library_for(const std::vector<std::filesystem::path>& dependencies) const;

  std::filesystem::path folder_;
  std::string name_;
  std::string key_;
};

}  // namespace loads::runner
