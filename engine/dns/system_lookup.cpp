#include "engine/dns/system_lookup.h"

#include <netdb.h>

#include <cerrno>
#include <memory>
#include <system_error>

namespace loads::dns {
namespace {

std::string error_text(int code, int system_error) {
  return code == EAI_SYSTEM ? std::generic_category().message(system_error) : gai_strerror(code);
}

}  // namespace

Result system_lookup(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  // No AI_ADDRCONFIG: it hides the addresses of "localhost" on a machine whose only network is the loopback.
  if (const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list); code != 0) return {{}, error_text(code, errno)};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  Result result;
  for (const addrinfo* at = list; at != nullptr; at = at->ai_next) {
    if (const auto address = Address::from(at->ai_addr, at->ai_addrlen)) result.addresses.push_back(*address);
  }
  if (result.addresses.empty()) result.error = gai_strerror(EAI_NONAME);
  return result;
}

}  // namespace loads::dns
