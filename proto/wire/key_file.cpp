#include "proto/wire/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "common/descriptor.h"
#include "common/failure.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what, int error) {
  throw Failure(exit_code::local_resource, "cannot " + what + " " + path.string() + ": " + std::generic_category().message(error), "keys");
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777u);
  return text;
}

void require_secrecy(const fs::path& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) throw Failure(exit_code::usage, path.string() + " is no file that could hold a key", "keys");
  const bool given_by_root = status.st_uid == 0 && ::geteuid() != 0;
  const mode_t refused = given_by_root ? (S_IWGRP | S_IXGRP | S_IRWXO) : (S_IRWXG | S_IRWXO);
  if ((status.st_mode & refused) == 0) return;
  throw Failure(exit_code::usage,
                "others may read the key in " + path.string() + " (mode " + octal(status.st_mode) + "): chmod 600 " + path.string() +
                    ", and make a new key if others are on this machine",
                "keys");
}

std::string read_all(const fs::path& path, int descriptor) {
  std::string content(kLargestKeyFile + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(descriptor, content.data() + size, content.size() - size);
    if (got < 0 && errno != EINTR) fail(path, "read", errno);
    if (got == 0) break;
    if (got > 0) size += static_cast<std::size_t>(got);
  }
  if (size > kLargestKeyFile) throw Failure(exit_code::usage, path.string() + " is too large to be a key", "keys");
  content.resize(size);
  return content;
}

int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

}  // namespace

std::string read_secret_file(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a pipe in its place shall not hold us
  if (!file.is_open()) fail(path, "read", errno);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail(path, "read", errno);
  require_secrecy(path, status);
  return read_all(path, file.get());
}

void write_new_file(const fs::path& path, std::string_view content, mode_t mode) {
  const fs::path unfinished = path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()));
  const Descriptor file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) fail(path, "write", errno);
  int error = write_all(file.get(), content);
  if (error == 0 && ::fchmod(file.get(), mode) != 0) error = errno;
  if (error == 0 && ::link(unfinished.c_str(), path.c_str()) != 0) error = errno;  // unlike a rename it never replaces
  ::unlink(unfinished.c_str());
  if (error != 0) fail(path, "write", error);
}

void make_key_folder(const fs::path& folder, mode_t mode) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);  // mkdir says what is wrong
  if (::mkdir(folder.c_str(), mode) == 0) {
    ::chmod(folder.c_str(), mode);  // whatever the umask: the broker may be another user than the one who enrolls
  } else if (errno != EEXIST) {
    fail(folder, "make the folder", errno);
  }
}

}  // namespace loads::wire
