#include "proto/wire/why_silent.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "common/descriptor.h"
#include "proto/wire/endpoints.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

constexpr int kConnectLimit = 1000;  // milliseconds

// A system's word such as "Connection refused", as the middle of a sentence.
std::string reason(int error) {
  std::string text = std::generic_category().message(error);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string try_connect(int family, const sockaddr* address, socklen_t size) {
  const Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return reason(errno);
  if (::connect(socket.get(), address, size) == 0) return {};
  if (errno != EINPROGRESS) return reason(errno);
  pollfd waiting{socket.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, kConnectLimit) <= 0) return "no connection within 1s";
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  return error == 0 ? "" : reason(error);
}

std::string why_silent_file(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return "the socket file does not exist";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = file.string();
  if (path.size() >= sizeof address.sun_path) return "the path of the socket file is too long";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return try_connect(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::string why_silent_host(const HostAndPort& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &hints, &found) != 0) return "cannot resolve " + place.host;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  return try_connect(addresses->ai_family, addresses->ai_addr, addresses->ai_addrlen);
}

}  // namespace

std::string why_silent(const std::string& endpoint) {
  return is_ipc(endpoint) ? why_silent_file(ipc_path(endpoint)) : why_silent_host(tcp_parts(endpoint));
}

}  // namespace loads::wire
