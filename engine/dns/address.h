#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

namespace loads::dns {

// The address of a TCP server: IPv4 or IPv6, with its port; what connect() takes. A value, copied freely between threads.
class Address {
 public:
  Address() : Address(in_addr{}, 0) {}  // 0.0.0.0:0
  Address(const in_addr& host, std::uint16_t port);
  Address(const in6_addr& host, std::uint16_t port, std::uint32_t scope = 0);

  // A copy of a socket address as the system gives it; nothing when it is neither IPv4 nor IPv6, or cut short.
  static std::optional<Address> from(const sockaddr* address, socklen_t size);

  // An address written in figures: "127.0.0.1" or "::1", without brackets. Nothing for a name.
  static std::optional<Address> parse(const std::string& host, std::uint16_t port);

  int family() const { return storage_.head.sa_family; }  // AF_INET or AF_INET6
  std::uint16_t port() const;
  Address with_port(std::uint16_t port) const;
  const sockaddr* data() const { return &storage_.head; }
  socklen_t size() const { return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }

  std::string host() const;       // "127.0.0.1", "::1"
  std::string to_string() const;  // "127.0.0.1:9200", "[::1]:9200"

  bool operator==(const Address& other) const;

 private:
  union Storage {
    sockaddr_in6 v6;  // first, being the largest: {} makes all of it zero
    sockaddr_in v4;
    sockaddr head;
  };
  Storage storage_{};
};

}  // namespace loads::dns
