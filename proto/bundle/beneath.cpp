#include "proto/bundle/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace loads::bundle {
namespace {

constexpr int kFolder = O_PATH | O_DIRECTORY | O_CLOEXEC;

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

int call_openat2(int folder, const std::string& path, int flags, mode_t mode) {
  open_how how{};
  how.flags = static_cast<__u64>(flags);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how));
}

}  // namespace

Beneath::Beneath(const std::filesystem::path& folder, Way way) : root_(::open(folder.c_str(), kFolder | O_NOFOLLOW)), way_(way) {}

File Beneath::create(const std::string& path, mode_t mode) {
  if (!make_folder(parent_of(path))) return {};
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

bool Beneath::make_folder(const std::string& path) {
  if (path == "." || path == made_) return true;
  if (!make_folder(parent_of(path))) return false;
  const File parent = open(parent_of(path), kFolder, 0);
  if (!parent) return false;
  if (::mkdirat(parent.get(), name_of(path).c_str(), 0700) != 0 && errno != EEXIST) return false;
  made_ = path;
  return true;
}

File Beneath::open(const std::string& path, int flags, mode_t mode) const {
  if (way_ == Way::openat2) {
    const int descriptor = call_openat2(root_.get(), path, flags, mode);
    if (descriptor >= 0 || (errno != ENOSYS && errno != EPERM)) return File(descriptor);
  }
  return open_by_component(path, flags, mode);
}

File Beneath::open_by_component(const std::string& path, int flags, mode_t mode) const {
  if (path == ".") return File(::openat(root_.get(), ".", flags, mode));
  File folder;
  std::size_t begin = 0;
  const auto here = [&] { return folder ? folder.get() : root_.get(); };
  const auto refused = [&](const std::string& name) { return name == ".." || name.empty(); };
  for (auto slash = path.find('/'); slash != std::string::npos; begin = slash + 1, slash = path.find('/', begin)) {
    const std::string name = path.substr(begin, slash - begin);
    errno = EXDEV;
    File next(refused(name) ? -1 : ::openat(here(), name.c_str(), kFolder | O_NOFOLLOW));
    if (!next) return {};
    folder = std::move(next);
  }
  const std::string name = path.substr(begin);
  errno = EXDEV;
  return File(refused(name) ? -1 : ::openat(here(), name.c_str(), flags | O_NOFOLLOW, mode));
}

}  // namespace loads::bundle
