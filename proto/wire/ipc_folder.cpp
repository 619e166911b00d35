#include "proto/wire/ipc_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "common/failure.h"
#include "proto/wire/endpoints.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const std::string& why) {
  throw Failure(exit_code::local_resource, "cannot use " + path.string() + " for the broker's sockets: " + why, "ipc-folder");
}

[[noreturn]] void refuse_for_errno(const fs::path& path) { refuse(path, std::generic_category().message(errno)); }

void make_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);  // mkdir says what is wrong
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) refuse_for_errno(folder);
}

std::string octal(mode_t mode) {
  char text[8];
  std::snprintf(text, sizeof text, "%04o", mode & 07777u);
  return text;
}

// Of the opened folder, so that nobody puts another in its place between the look and the use.
void require_private(const fs::path& folder, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) refuse_for_errno(folder);
  if (status.st_uid != ::geteuid()) {
    refuse(folder, "it belongs to the user " + std::to_string(status.st_uid) + ", not to us (" + std::to_string(::geteuid()) +
                       "). Name a folder of your own: loads-broker --bind ipc://FOLDER");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    refuse(folder, "others may write to it (mode " + octal(status.st_mode) + "): chmod 700 " + folder.string());
  }
}

[[noreturn]] void refuse_second_broker(const fs::path& folder) {
  throw Failure(exit_code::local_resource,
                "a broker is running in " + folder.string() + " already. Stop it, or name another folder: loads-broker --bind ipc://FOLDER",
                "in-use");
}

}  // namespace

bool is_listened_on(const fs::path& socket_file) {
  struct stat status {};
  if (::lstat(socket_file.c_str(), &status) != 0) return false;
  if (!S_ISSOCK(status.st_mode)) refuse(socket_file, "it is no socket, and is left as it is");
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.is_open()) refuse_for_errno(socket_file);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_file.string().copy(address.sun_path, sizeof address.sun_path - 1);
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  if (errno != ECONNREFUSED) return errno != ENOENT;  // a full queue: somebody is there
  ::unlink(socket_file.c_str());
  return false;
}

IpcFolder::IpcFolder(const fs::path& folder) {
  make_folder(folder);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!opened.is_open()) {
    if (errno == ENOTDIR || errno == ELOOP) refuse(folder, "it is no folder, or a link");
    refuse_for_errno(folder);
  }
  require_private(folder, opened.get());
  lock_ = Descriptor(::openat(opened.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock_.is_open()) refuse_for_errno(folder / "lock");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) refuse_second_broker(folder);
  const Endpoints endpoints = endpoints_of("ipc://" + folder.string());
  for (const auto& endpoint : {endpoints.frontend, endpoints.backend, endpoints.publisher}) {
    if (is_listened_on(ipc_path(endpoint))) refuse_second_broker(folder);
  }
}

}  // namespace loads::wire
