#include "runner/cluster/broker_address.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "common/descriptor.h"
#include "common/failure.h"
#include "proto/wire/enrolment.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr int kConnectLimit = 1000;  // milliseconds

fs::path credential_file(const ClusterOptions& options, const Environment& environment) {
  if (!options.key.empty()) return options.key;
  return wire::default_keys_folder(environment, ::geteuid() == 0) / "runner.key";
}

wire::PeerKeys read_keys(const std::string& address, const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error)) return wire::read_credential(file).keys;
  throw Failure(exit_code::usage,
                address + " needs a key, and there is none in " + file.string() +
                    ". On the broker's machine: loads-broker --enroll runner NAME; the file that it makes belongs here, or is named with "
                    "--key FILE.",
                "keys");
}

bool is_every_address(const std::string& host) { return host == "*" || host == "0.0.0.0" || host == "::"; }

// A system's word such as "Connection refused", as the middle of a sentence.
std::string reason(int error) {
  std::string text = std::generic_category().message(error);
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

constexpr const char* kNoAnswer = "no answer within 2s";

std::string try_connect(int family, const sockaddr* address, socklen_t size) {
  const Descriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return reason(errno);
  if (::connect(socket.get(), address, size) == 0) return kNoAnswer;
  if (errno != EINPROGRESS) return reason(errno);
  pollfd waiting{socket.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, kConnectLimit) <= 0) return kNoAnswer;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
  return error == 0 ? kNoAnswer : reason(error);
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

std::string why_silent_host(const wire::HostAndPort& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(place.host.c_str(), std::to_string(place.port).c_str(), &hints, &found) != 0) return "cannot resolve " + place.host;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  return try_connect(addresses->ai_family, addresses->ai_addr, addresses->ai_addrlen);
}

}  // namespace

BrokerAddress broker_address(const ClusterOptions& options, const Environment& environment) {
  BrokerAddress address;
  address.endpoints = options.broker.empty() ? wire::default_endpoints(environment) : wire::endpoints_of(options.broker);
  address.text = options.broker.empty() ? address.endpoints.frontend : options.broker;
  if (wire::is_tcp(address.endpoints.frontend) && !options.no_auth)
    address.keys = read_keys(address.text, credential_file(options, environment));
  return address;
}

std::string reachable_publisher(const std::string& bound, const std::string& frontend) {
  if (!wire::is_tcp(bound) || !wire::is_tcp(frontend)) return bound;
  const wire::HostAndPort publisher = wire::tcp_parts(bound);
  if (!is_every_address(publisher.host)) return bound;
  const std::string host = wire::tcp_parts(frontend).host;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "tcp://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(publisher.port);
}

std::string why_silent(const std::string& endpoint) {
  return wire::is_ipc(endpoint) ? why_silent_file(wire::ipc_path(endpoint)) : why_silent_host(wire::tcp_parts(endpoint));
}

}  // namespace loads::runner
