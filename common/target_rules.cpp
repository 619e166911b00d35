#include "common/target_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <iterator>
#include <stdexcept>

namespace loads {
namespace {

// All addresses are compared as IPv6 ones; those of IPv4 as ::ffff:a.b.c.d.
constexpr unsigned kBits = 128;
constexpr unsigned kBitsBeforeIpv4 = 96;
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, 12> kTranslated{0, 0x64, 0xff, 0x9b};  // RFC 6052

in6_addr mapped(const void* ipv4) {
  in6_addr address{};
  std::memcpy(address.s6_addr, kMapped.data(), kMapped.size());
  std::memcpy(address.s6_addr + kMapped.size(), ipv4, 4);
  return address;
}

std::optional<in6_addr> address_of(const std::string& text) {
  if (in_addr v4{}; ::inet_pton(AF_INET, text.c_str(), &v4) == 1) return mapped(&v4);
  if (in6_addr v6{}; ::inet_pton(AF_INET6, text.c_str(), &v6) == 1) return v6;
  return {};
}

in6_addr unwrapped(const in6_addr& address) {
  const bool translated = std::memcmp(address.s6_addr, kTranslated.data(), kTranslated.size()) == 0;
  return translated ? mapped(address.s6_addr + kTranslated.size()) : address;
}

bool is_ipv4(const in6_addr& address) { return std::memcmp(address.s6_addr, kMapped.data(), kMapped.size()) == 0; }

bool is_within(const in6_addr& address, const in6_addr& network, unsigned bits) {
  const unsigned whole = bits / 8;
  if (std::memcmp(address.s6_addr, network.s6_addr, whole) != 0) return false;
  const auto mask = static_cast<std::uint8_t>(0xff00U >> bits % 8);
  return bits % 8 == 0 || ((address.s6_addr[whole] ^ network.s6_addr[whole]) & mask) == 0;
}

// What hands a machine's credentials, or a container's, to whoever asks from within it.
bool is_metadata_service(const in6_addr& address) {
  static const in6_addr all[] = {
      *address_of("169.254.169.254"),     // of nearly all clouds
      *address_of("fd00:ec2::254"),       // Amazon
      *address_of("169.254.170.2"),       // for its containers (ECS)
      *address_of("169.254.170.23"),      // likewise (EKS)
      *address_of("fd00:ec2::23"),        // likewise
      *address_of("fd20:ce::254"),        // Google
      *address_of("fd00:c1::a9fe:a9fe"),  // Oracle
      *address_of("168.63.129.16"),       // Azure, for its own agents
      *address_of("100.100.100.200"),     // Alibaba
      *address_of("fe80::a9fe:a9fe"),     // OpenStack
  };
  return std::any_of(std::begin(all), std::end(all), [&](const in6_addr& one) { return is_within(address, one, kBits); });
}

std::string in_lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.ends_with('.')) lower.pop_back();  // the root, which may be written or not
  return lower;
}

bool is_name(const std::string& text) {
  const auto is_part = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_'; };
  return !text.empty() && text.find_first_not_of("0123456789.") != std::string::npos && std::all_of(text.begin(), text.end(), is_part);
}

unsigned number(std::string_view text, unsigned most, const std::string& what) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) throw std::invalid_argument(what);
  return value;
}

// "HOST/BITS:PORT" in its parts. The colons of an IPv6 address without brackets are its own.
struct Parts {
  std::string host;
  std::string bits;
  std::string port;
  bool has_bits = false;
  bool has_port = false;
};

Parts parts_of(const std::string& text) {
  Parts parts;
  std::string rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string::npos) return parts;
    parts.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const bool bare_ipv6 = std::count(text.begin(), text.end(), ':') > 1;
    const auto end = text.find_first_of(bare_ipv6 ? "/" : "/:");
    parts.host = text.substr(0, end);
    if (end != std::string::npos) rest = text.substr(end);
  }
  const auto colon = rest.find(':');
  parts.has_port = colon != std::string::npos;
  if (parts.has_port) parts.port = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  parts.has_bits = rest.starts_with('/');
  if (parts.has_bits) parts.bits = rest.substr(1);
  if (!parts.has_bits && !rest.empty()) parts.host.clear();  // something else stands there
  return parts;
}

}  // namespace

TargetRules::TargetRules(const std::vector<std::string>& rules) : texts_(rules) {
  for (const std::string& rule : rules) rules_.push_back(parse(rule));
}

TargetRules::Rule TargetRules::parse(const std::string& text) {
  const std::string wrong =
      "\"" + text +
      "\" is no host, address or network: write shop.example, 10.1.2.3, 10.0.0.0/8 or [2001:db8::]/32, each with :PORT or without";
  const Parts parts = parts_of(text);
  Rule rule;
  if (parts.has_port) {
    rule.port = static_cast<std::uint16_t>(number(parts.port, 65535, wrong));
    if (rule.port == 0) throw std::invalid_argument(wrong);
  }
  const auto address = address_of(parts.host);
  if (!address) {
    if (parts.has_bits || !is_name(parts.host)) throw std::invalid_argument(wrong);
    rule.name = in_lower_case(parts.host);
    return rule;
  }
  const bool ipv4 = parts.host.find(':') == std::string::npos;
  const unsigned before = ipv4 ? kBitsBeforeIpv4 : 0;
  rule.network = *address;
  rule.bits = parts.has_bits ? before + number(parts.bits, kBits - before, wrong) : kBits;
  return rule;
}

bool TargetRules::matches(const Rule& rule, const std::string& host, const in6_addr& address, std::uint16_t port) {
  if (rule.port != 0 && rule.port != port) return false;
  if (!rule.name.empty()) return rule.name == host;
  // ::/0 is all of IPv6, and none of IPv4.
  return is_within(address, rule.network, rule.bits) && is_ipv4(address) == (is_ipv4(rule.network) && rule.bits >= kBitsBeforeIpv4);
}

std::optional<std::string> TargetRules::why_not(std::string_view host, const sockaddr* given) const {
  const bool v6 = given->sa_family == AF_INET6;
  const auto* as_v6 = reinterpret_cast<const sockaddr_in6*>(given);
  const auto* as_v4 = reinterpret_cast<const sockaddr_in*>(given);
  const in6_addr address = v6 ? unwrapped(as_v6->sin6_addr) : mapped(&as_v4->sin_addr);
  const std::uint16_t port = ntohs(v6 ? as_v6->sin6_port : as_v4->sin_port);

  static const in6_addr multicast_v4 = *address_of("224.0.0.0");
  static const in6_addr broadcast = *address_of("255.255.255.255");
  if (is_metadata_service(address)) return "it is a cloud's metadata service, which no agent connects to";
  if (address.s6_addr[0] == 0xff || is_within(address, multicast_v4, kBitsBeforeIpv4 + 4)) return "it is a multicast address";
  if (is_within(address, broadcast, kBits)) return "it is the broadcast address";
  if (rules_.empty()) return {};
  const std::string name = in_lower_case(host);
  if (std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) { return matches(rule, name, address, port); })) return {};
  return "it is not among the agent's --allow-target";
}

}  // namespace loads
