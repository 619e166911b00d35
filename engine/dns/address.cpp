#include "engine/dns/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace loads::dns {

Address::Address(const in_addr& host, std::uint16_t port) {
  storage_.v4.sin_family = AF_INET;
  storage_.v4.sin_addr = host;
  storage_.v4.sin_port = htons(port);
}

Address::Address(const in6_addr& host, std::uint16_t port, std::uint32_t scope) {
  storage_.v6.sin6_family = AF_INET6;
  storage_.v6.sin6_addr = host;
  storage_.v6.sin6_port = htons(port);
  storage_.v6.sin6_scope_id = scope;
}

std::optional<Address> Address::from(const sockaddr* address, socklen_t size) {
  if (address == nullptr || size < sizeof(sa_family_t)) return std::nullopt;
  sockaddr_in6 copy{};
  std::memcpy(&copy, address, std::min<std::size_t>(size, sizeof copy));
  if (copy.sin6_family == AF_INET6 && size >= sizeof(sockaddr_in6)) {
    return Address(copy.sin6_addr, ntohs(copy.sin6_port), copy.sin6_scope_id);
  }
  if (copy.sin6_family != AF_INET || size < sizeof(sockaddr_in)) return std::nullopt;
  sockaddr_in v4{};
  std::memcpy(&v4, &copy, sizeof v4);
  return Address(v4.sin_addr, ntohs(v4.sin_port));
}

std::optional<Address> Address::parse(const std::string& host, std::uint16_t port) {
  if (host.find('\0') != std::string::npos) return std::nullopt;
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return Address(v4, port);
  in6_addr v6{};
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return Address(v6, port);
  return std::nullopt;
}

std::uint16_t Address::port() const { return ntohs(family() == AF_INET6 ? storage_.v6.sin6_port : storage_.v4.sin_port); }

Address Address::with_port(std::uint16_t port) const {
  return family() == AF_INET6 ? Address(storage_.v6.sin6_addr, port, storage_.v6.sin6_scope_id) : Address(storage_.v4.sin_addr, port);
}

std::string Address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = family() == AF_INET6 ? static_cast<const void*>(&storage_.v6.sin6_addr) : &storage_.v4.sin_addr;
  return inet_ntop(family(), bytes, text.data(), text.size());
}

std::string Address::to_string() const {
  const std::string figures = family() == AF_INET6 ? "[" + host() + "]" : host();
  return figures + ":" + std::to_string(port());
}

bool Address::operator==(const Address& other) const { return size() == other.size() && std::memcmp(data(), other.data(), size()) == 0; }

}  // namespace loads::dns
