#include "runner/external/find_program.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

bool is_program(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) {
    if (is_program(name)) return fs::absolute(name).string();
  } else if (const char* path = std::getenv("PATH"); path != nullptr) {
    std::istringstream folders(path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      if (const fs::path file = fs::absolute(folder.empty() ? "." : folder) / name; is_program(file)) return file.string();
    }
  }
  throw Failure(exit_code::cannot_load, "--test-runner: there is no program \"" + name + "\" on this machine.", "no-test-runner");
}

}  // namespace loads::runner
