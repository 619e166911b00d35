#include "runner/external/results_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "common/failure.h"

namespace loads::runner {

ResultsFolder::ResultsFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "loads-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw Failure(exit_code::local_resource,
                  "cannot make a folder " + name + " for the runner's results: " + std::generic_category().message(errno) + ".");
  }
  folder_ = name;
}

ResultsFolder::~ResultsFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace loads::runner
