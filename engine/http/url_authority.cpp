#include "engine/http/url_authority.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "engine/http/percent_encoding.h"

namespace loads::http {
namespace {

constexpr std::size_t kLongestHost = 253;  // of a name in the DNS

std::string read_userinfo(std::string_view text, Url& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i]) || is_one_of(text[i], "!$&'()*+,;=") || text[i] == ':' || begins_escape(text, i)) continue;
    return "the user or password has a character that has to be percent-encoded (\"@\" is %40, \"/\" is %2F)";  // the text itself is a
                                                                                                                // secret
  }
  out.userinfo = text;
  return {};
}

std::string read_port(std::string_view text, Url& out) {
  if (text.empty()) return {};
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) {
    // Not quoted: it may be the beginning of a password whose "/" has ended the authority.
    return "what follows the host is no port: a number from 1 to 65535 is expected";
  }
  out.port = static_cast<std::uint16_t>(value);
  return {};
}

// A host whose last label is a number can only be an address: "1.2.3.400" and "127.1" are mistakes, not names.
bool looks_like_ipv4(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && std::all_of(last.begin(), last.end(), is_digit);
}

std::string read_name(std::string_view text, Url& out) {
  if (text.empty()) return "the host is missing";
  if (text.size() > kLongestHost) return "the host name is longer than 253 characters";
  for (const char c : text) {
    if (is_letter(c) || is_digit(c) || is_one_of(c, "-._")) continue;
    const bool ascii = static_cast<unsigned char>(c) < 0x80;
    return quoted(text) + (ascii ? " is no host name" : " has characters outside ASCII: write the host in its xn-- form");
  }
  if (text.front() == '.' || text.find("..") != std::string_view::npos) return quoted(text) + " is no host name: a part of it is empty";
  out.host.resize(text.size());
  std::transform(text.begin(), text.end(), out.host.begin(), to_lower);
  in_addr address{};
  if (looks_like_ipv4(text) && inet_pton(AF_INET, out.host.c_str(), &address) != 1) return quoted(text) + " is no IPv4 address";
  return {};
}

std::string read_ipv6(std::string_view text, Url& out) {
  out.host.resize(text.size());
  std::transform(text.begin(), text.end(), out.host.begin(), to_lower);
  in6_addr address{};
  if (inet_pton(AF_INET6, out.host.c_str(), &address) != 1) return quoted(text) + " is no IPv6 address";
  return {};
}

std::string read_host_and_port(std::string_view text, Url& out) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return "the \"]\" of the IPv6 address is missing";
    const std::string_view after = text.substr(end + 1);
    if (!after.empty() && after[0] != ':') return quoted(after) + " cannot follow an IPv6 address";
    const std::string error = read_ipv6(text.substr(1, end - 1), out);
    return error.empty() && !after.empty() ? read_port(after.substr(1), out) : error;
  }
  const std::size_t colon = text.find(':');
  const std::string error = read_name(text.substr(0, colon), out);
  return error.empty() && colon != std::string_view::npos ? read_port(text.substr(colon + 1), out) : error;
}

}  // namespace

std::string read_authority(std::string_view text, Url& out) {
  out.userinfo.clear();
  out.port = default_port(out.scheme);
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return read_host_and_port(text, out);
  const std::string error = read_userinfo(text.substr(0, at), out);
  return error.empty() ? read_host_and_port(text.substr(at + 1), out) : error;
}

}  // namespace loads::http
