#include "common/private_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "common/failure.h"

namespace loads {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw Failure(exit_code::local_resource, "cannot make the folder " + folder.string() + ": " + why + ". Name one that can be written.",
                "state-folder");
}

}  // namespace

fs::path make_private_folder(const fs::path& given) {
  fs::path folder = fs::absolute(given).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "a/b/" is a/b
  std::error_code error;
  if (fs::is_directory(folder, error)) return folder;
  fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) == 0) return folder;
  const int why = errno;
  if (!fs::is_directory(folder, error)) refuse(folder, std::generic_category().message(why));  // another process may have made it
  return folder;
}

}  // namespace loads
