#include "runner/process/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "common/failure.h"

namespace loads::runner {

TemporaryFolder::TemporaryFolder(const std::string& purpose) {
  std::string name = (std::filesystem::temp_directory_path() / "loads-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Failure(exit_code::local_resource,
                  "cannot make a folder " + name + " for " + purpose + ": " + std::generic_category().message(errno) + ".");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace loads::runner
