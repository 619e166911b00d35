#include <algorithm>
#include <charconv>

#include "engine/net/options.h"

namespace loads::net {
namespace {

// An entry of NO_PROXY may have a port: "example.org:8080". An address of IPv6 with one is in brackets.
std::string_view take_port(std::string_view& entry, std::uint16_t& port) {
  const auto colon = entry.rfind(':');
  if (colon == std::string_view::npos || (entry.find(':') != colon && entry.find(']') != colon - 1)) return entry;
  const std::string_view digits = entry.substr(colon + 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return entry.substr(0, colon);
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A host is in lower case.
bool ends_with(std::string_view host, std::string_view entry) {
  return host.size() >= entry.size() &&
         std::equal(entry.rbegin(), entry.rend(), host.rbegin(), [](char a, char b) { return to_lower(a) == b; });
}

bool names(std::string_view entry, std::string_view host, std::uint16_t port) {
  if (entry == "*") return true;
  std::uint16_t only_port = 0;
  entry = take_port(entry, only_port);
  if (only_port != 0 && only_port != port) return false;
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  while (entry.starts_with('.')) entry.remove_prefix(1);
  if (entry.empty() || !ends_with(host, entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

}  // namespace

const Proxy* Proxies::find(bool is_secure, std::string_view host, std::uint16_t port) const {
  const auto& proxy = is_secure ? secure : plain;
  if (!proxy || std::any_of(except.begin(), except.end(), [&](const auto& entry) { return names(entry, host, port); })) return nullptr;
  return &*proxy;
}

}  // namespace loads::net
