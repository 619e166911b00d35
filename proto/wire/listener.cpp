#include "proto/wire/listener.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "common/failure.h"
#include "proto/wire/endpoints.h"
#include "proto/wire/ipc_folder.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

constexpr int kBacklog = 8192;  // a fleet that comes back at once; the kernel caps it at net.core.somaxconn
constexpr int kTurnedAwayAtOnce = 2 * kBacklog;

[[noreturn]] void refuse(const std::string& endpoint, int error) {
  const std::string why = std::generic_category().message(error);
  if (error == EADDRINUSE) {
    throw Failure(exit_code::local_resource,
                  "cannot listen on " + endpoint + ": it is in use. Stop what listens there (ss -ltnp), or take another address", "in-use");
  }
  const std::string hint = error == EACCES          ? ". Ports below 1024 and other people's folders are not for you"
                           : error == EADDRNOTAVAIL ? ". It is no address of this machine"
                                                    : "";
  throw Failure(exit_code::local_resource, "cannot listen on " + endpoint + ": " + why + hint, "listen");
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const std::string& endpoint) {
  const auto [host, port] = tcp_parts(endpoint);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host == "*" ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw Failure(exit_code::local_resource, "cannot listen on " + endpoint + ": " + gai_strerror(error), "listen");
  return {found, &freeaddrinfo};
}

Descriptor open_socket(int family) { return Descriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

Descriptor bound_socket(const addrinfo& address, bool every_address) {
  Descriptor socket = open_socket(address.ai_family);
  if (!socket.is_open()) return socket;
  const int on = 1;
  const int off = 0;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, every_address ? &off : &on, sizeof on);
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0) return Descriptor();
  return socket;
}

// Group members may connect where the folder was opened to the group alone (0750, as systemd units have it); else only we may.
mode_t socket_file_mode(const fs::path& file) {
  struct stat status {};
  const bool for_group = ::stat(file.parent_path().c_str(), &status) == 0 && (status.st_mode & (S_IRWXG | S_IRWXO)) == (S_IRGRP | S_IXGRP);
  return for_group ? 0660 : 0600;
}

Descriptor spare_descriptor() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

fs::path aside(fs::path file) { return file += ".paused"; }

}  // namespace

Listener::Listener(const std::string& endpoint) : endpoint_(endpoint) {
  is_tcp(endpoint) ? open_tcp(endpoint) : open_ipc(endpoint);
  if (::listen(socket_.get(), kBacklog) != 0) refuse(endpoint, errno);
  spare_ = spare_descriptor();
}

Listener::Listener(Listener&& other) noexcept = default;

Listener::~Listener() {
  if (!socket_.is_open() || file_.empty()) return;
  ::unlink((paused_ ? aside(file_) : file_).c_str());
}

// IPv6 first: where the host is *, it serves both families.
void Listener::open_tcp(const std::string& endpoint) {
  const auto addresses = resolve(endpoint);
  const bool every_address = tcp_parts(endpoint).host == "*";
  int error = EADDRNOTAVAIL;
  for (const int family : {AF_INET6, AF_INET}) {
    for (const addrinfo* address = addresses.get(); address != nullptr && !socket_.is_open(); address = address->ai_next) {
      if (address->ai_family != family) continue;
      socket_ = bound_socket(*address, every_address);
      if (!socket_.is_open()) error = errno;
    }
  }
  if (!socket_.is_open()) refuse(endpoint, error);
}

void Listener::open_ipc(const std::string& endpoint) {
  const fs::path file = ipc_path(endpoint);
  if (is_listened_on(file)) refuse(endpoint, EADDRINUSE);
  socket_ = open_socket(AF_UNIX);
  if (!socket_.is_open()) refuse(endpoint, errno);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  file.string().copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) refuse(endpoint, errno);
  file_ = file;
  ::chmod(file.c_str(), socket_file_mode(file));  // before anybody can connect, since listen() comes after
}

int Listener::lend() const {
  const int duplicate = ::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) refuse(endpoint_, errno);
  return duplicate;
}

void Listener::pause() {
  if (paused_) return;
  paused_ = true;
  if (file_.empty()) {
    sock_filter nothing{BPF_RET | BPF_K, 0, 0, 0};  // of each packet to the listening socket the first 0 bytes are kept
    const sock_fprog program{1, &nothing};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
  } else {
    ::rename(file_.c_str(), aside(file_).c_str());
  }
  turn_away_waiting();
}

void Listener::resume() {
  if (!paused_) return;
  paused_ = false;
  if (file_.empty()) {
    const int unused = 0;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused);
  } else {
    ::rename(aside(file_).c_str(), file_.c_str());
  }
}

void Listener::turn_away_waiting() {
  spare_ = Descriptor();
  for (int i = 0; i < kTurnedAwayAtOnce; ++i) {
    const Descriptor peer(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!peer.is_open() && errno != EINTR && errno != ECONNABORTED) break;
  }
  spare_ = spare_descriptor();
}

}  // namespace loads::wire
