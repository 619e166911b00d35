#include "engine/http/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace loads::http {
namespace {

constexpr std::string_view kUnreservedMarks = "-._~";
constexpr std::string_view kSubDelimiters = "!$&'()*+,;=";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";
constexpr std::size_t kLongestHost = 253;   // of a name in the DNS
constexpr std::array kSchemes{Scheme::http, Scheme::https, Scheme::ws, Scheme::wss};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_unreserved(char c) { return is_letter(c) || is_digit(c) || is_one_of(c, kUnreservedMarks); }

// A set of bytes as a table: URLs are read once per request.
using ByteSet = std::array<bool, 256>;

ByteSet byte_set(std::string_view marks) {
  ByteSet set{};
  for (int i = 0; i < 128; ++i) set[static_cast<std::size_t>(i)] = is_unreserved(static_cast<char>(i)) || is_one_of(static_cast<char>(i), marks);
  set[0] = false;
  return set;
}

const ByteSet kPathBytes = byte_set("!$&'()*+,;=:@/");
const ByteSet kQueryBytes = byte_set("!$&'()*+,;=:@/?");

bool begins_escape(std::string_view text, std::size_t at) {
  return text[at] == '%' && text.size() - at > 2 && is_hex(text[at + 1]) && is_hex(text[at + 2]);
}

void append_escape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kHexDigits[byte >> 4];
  out += kHexDigits[byte & 15];
}

void append_encoded(std::string& out, std::string_view text, const ByteSet& allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (allowed[static_cast<unsigned char>(text[i])] || begins_escape(text, i)) out += text[i];
    else append_escape(out, text[i]);
  }
}

// Text that comes from anywhere, made fit for a line of a message.
std::string quoted(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  std::string out = "'";
  for (const char c : text.substr(0, kLongest)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) append_escape(out, c);
    else out += c;
  }
  return out + (text.size() > kLongest ? "...'" : "'");
}

// The five parts of a reference, as RFC 3986 divides it; what is not there is not set.
struct Parts {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::optional<std::string_view> query;
};

std::optional<std::string_view> take_scheme(std::string_view& text) {
  const std::size_t end = text.find_first_of(":/?");
  if (end == std::string_view::npos || end == 0 || text[end] != ':' || !is_letter(text[0])) return std::nullopt;
  const std::string_view scheme = text.substr(0, end);
  if (!std::all_of(scheme.begin(), scheme.end(), [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "+-."); })) return std::nullopt;
  text.remove_prefix(end + 1);
  return scheme;
}

Parts divide(std::string_view text) {
  Parts parts;
  text = text.substr(0, text.find('#'));
  parts.scheme = take_scheme(text);
  if (text.starts_with("//")) {
    text.remove_prefix(2);
    parts.authority = text.substr(0, text.find_first_of("/?"));
    text.remove_prefix(parts.authority->size());
  }
  const std::size_t question = text.find('?');
  parts.path = text.substr(0, question);
  if (question != std::string_view::npos) parts.query = text.substr(question + 1);
  return parts;
}

std::optional<Scheme> scheme_named(std::string_view name) {
  const auto same = [](char a, char b) { return to_lower(a) == b; };
  for (const Scheme scheme : kSchemes) {
    const std::string_view known = to_string(scheme);
    if (std::equal(name.begin(), name.end(), known.begin(), known.end(), same)) return scheme;
  }
  return std::nullopt;
}

std::string read_userinfo(std::string_view text, Url& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_unreserved(text[i]) || is_one_of(text[i], kSubDelimiters) || text[i] == ':' || begins_escape(text, i)) continue;
    return "the user or password has a character that has to be percent-encoded (\"@\" is %40, \"/\" is %2F)";   // the text itself is a secret
  }
  out.userinfo = text;
  return {};
}

std::string read_port(std::string_view text, Url& out) {
  if (text.empty()) return {};
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) {
    return quoted(text) + " is no port: a number from 1 to 65535 is expected";
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

std::string read_authority(std::string_view text, Url& out) {
  out.userinfo.clear();
  out.port = default_port(out.scheme);
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return read_host_and_port(text, out);
  const std::string error = read_userinfo(text.substr(0, at), out);
  return error.empty() ? read_host_and_port(text.substr(at + 1), out) : error;
}

// RFC 3986, 5.2.4, in place: the path begins with "/", and what is kept never grows beyond what was read.
void remove_dot_segments(std::string& path) {
  if (path.find("/.") == std::string::npos) return;
  std::size_t kept = 0;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at + 1), path.size());
    const std::string_view segment = std::string_view(path).substr(at, end - at);
    const bool last = end == path.size();
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") kept = kept == 0 ? 0 : path.rfind('/', kept - 1);
      if (last) path[kept++] = '/';
    } else {
      std::copy(segment.begin(), segment.end(), path.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += segment.size();
    }
    at = end;
  }
  path.resize(kept);
}

void set_path(std::string_view text, Url& out) {
  out.path.clear();
  if (!text.starts_with('/')) out.path = '/';
  append_encoded(out.path, text, kPathBytes);
  remove_dot_segments(out.path);
}

void set_query(std::optional<std::string_view> text, Url& out) {
  out.query.clear();
  if (text) append_encoded(out.query, *text, kQueryBytes);
}

std::string check_bytes(std::string_view text) {
  const std::size_t at = text.find_first_of(std::string_view("\r\n\0", 3));
  if (at == std::string_view::npos) return {};
  return quoted(text) + " has a line break or a zero byte at character " + std::to_string(at + 1) + "; a URL cannot contain one";
}

std::string in_url(const std::string& error, std::string_view text, const Parts& parts) {
  const bool secret = parts.authority && parts.authority->find('@') != std::string_view::npos;
  return secret ? error : error + " (in " + quoted(text) + ")";
}

std::string read_absolute(const Parts& parts, std::string_view text, Url& out) {
  if (!parts.scheme || (!parts.authority && !scheme_named(*parts.scheme))) {
    return quoted(text) + " is no URL: it begins with none of http://, https://, ws://, wss://";
  }
  const std::optional<Scheme> scheme = scheme_named(*parts.scheme);
  if (!scheme) return quoted(*parts.scheme) + " is no scheme that can be loaded: http, https, ws or wss is expected";
  if (!parts.authority) return quoted(text) + " has no host: \"//\" is expected after the scheme";
  out.scheme = *scheme;
  if (const std::string error = read_authority(*parts.authority, out); !error.empty()) return in_url(error, text, parts);
  set_path(parts.path, out);
  set_query(parts.query, out);
  return {};
}

void copy_authority(const Url& from, Url& to) {
  to.userinfo = from.userinfo;
  to.host = from.host;
  to.port = from.port;
}

// RFC 3986, 5.2.3: the reference takes the place of the last segment of the base. The base is encoded already and stays as it is.
void merge_path(const Url& base, std::string_view reference, Url& out) {
  out.path.assign(base.path, 0, base.path.rfind('/') + 1);
  append_encoded(out.path, reference, kPathBytes);
  remove_dot_segments(out.path);
}

}  // namespace

std::string_view to_string(Scheme scheme) {
  switch (scheme) {
    case Scheme::http: return "http";
    case Scheme::https: return "https";
    case Scheme::ws: return "ws";
    case Scheme::wss: return "wss";
  }
  return "";
}

bool is_secure(Scheme scheme) { return scheme == Scheme::https || scheme == Scheme::wss; }

std::uint16_t default_port(Scheme scheme) { return is_secure(scheme) ? 443 : 80; }

std::string Url::authority() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text = ipv6 ? "[" + host + "]" : host;
  if (port != default_port(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Url::target() const { return query.empty() ? path : path + "?" + query; }

std::string Url::str() const { return std::string(to_string(scheme)) + "://" + authority() + target(); }

void Url::append_query(std::string_view encoded) {
  if (!query.empty() && !encoded.empty()) query += '&';
  append_encoded(query, encoded, kQueryBytes);
}

UrlResult parse_url(std::string_view text) {
  UrlResult result;
  result.error = check_bytes(text);
  if (result.error.empty()) result.error = read_absolute(divide(text), text, result.url);
  return result;
}

UrlResult resolve_url(const Url& base, std::string_view reference) {
  UrlResult result;
  result.error = resolve_url(base, reference, result.url);
  return result;
}

std::string resolve_url(const Url& base, std::string_view reference, Url& out) {
  if (std::string error = check_bytes(reference); !error.empty()) return error;
  const Parts parts = divide(reference);
  if (parts.scheme) return read_absolute(parts, reference, out);
  out.scheme = base.scheme;
  if (parts.authority) {
    if (const std::string error = read_authority(*parts.authority, out); !error.empty()) return in_url(error, reference, parts);
    set_path(parts.path, out);
    set_query(parts.query, out);
    return {};
  }
  copy_authority(base, out);
  if (parts.path.empty()) out.path = base.path;
  else if (parts.path.starts_with('/')) set_path(parts.path, out);
  else merge_path(base, parts.path, out);
  if (parts.path.empty() && !parts.query) out.query = base.query;
  else set_query(parts.query, out);
  return {};
}

std::string encode_query(std::span<const std::pair<std::string, std::string>> parameters) {
  std::string out;
  const auto append = [&out](std::string_view text) {
    for (const char c : text) {
      if (is_unreserved(c)) out += c;
      else if (c == ' ') out += '+';
      else append_escape(out, c);
    }
  };
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    append(name);
    out += '=';
    append(value);
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  const auto digit = [](char c) { return is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_escape(text, i)) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
    i += 2;
  }
  return out;
}

}  // namespace loads::http
