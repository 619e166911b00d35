#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/http/percent_encoding.h"

namespace loads::http {

// URLs, as RFC 3986 has them: read strictly, held in a normal form, resolved against a base. Used by the clients for the URL of a request
// and for the Location of a redirect, and by the runner for --server-url. Pure values; text from a server may be given to every function
// here.
//
// The normal form: scheme and host in lower case, the port always set, dot segments removed, the path beginning with "/", every byte that
// may not stand in a path or query percent-encoded (an existing %XX is kept), no fragment. No CR, LF or NUL is ever in it, so it can go
// into a request head.

enum class Scheme : std::uint8_t { http, https, ws, wss };

std::string_view to_string(Scheme scheme);
std::uint16_t default_port(Scheme scheme);
bool is_secure(Scheme scheme);

struct Url {
  Scheme scheme = Scheme::http;
  std::string userinfo;  // "user:password", encoded as it was given; empty: none. ready for basic authentication after percent_decode()
  std::string host;      // a name, an IPv4 address, or an IPv6 address without its brackets
  std::uint16_t port = 80;
  std::string path = "/";
  std::string query;  // without "?"; an empty query is the same as none

  std::string authority() const;  // "host" or "host:port", for the Host header; the default port is left out
  std::string target() const;     // "path?query", for the request line
  std::string str() const;        // the whole URL without its userinfo, which is a secret

  bool operator==(const Url&) const = default;
};

// A URL, or in words what is wrong with the text.
struct UrlResult {
  Url url;
  std::string error;  // empty: the URL is valid
  explicit operator bool() const { return error.empty(); }
};

// An absolute URL.
UrlResult parse_url(std::string_view text);

// A reference ("/search", "search?q=1", "?q", "//host/x" or an absolute URL) as it is meant on the page `base` (RFC 3986, 5.2).
UrlResult resolve_url(const Url& base, std::string_view reference);

// The same into `out`, whose memory is used again: no allocation when nothing has to grow. Returns the error; `out` is then of no use.
// `out` is not `base`, and `reference` does not point into it.
[[nodiscard]] std::string resolve_url(const Url& base, std::string_view reference, Url& out);

// "a=1&b=two+words": form encoding, in the order given.
std::string encode_query(std::span<const std::pair<std::string, std::string>> parameters);

// A URL or reference, as text, with these parameters behind those that it has; its fragment goes.
std::string with_query(std::string_view reference, std::span<const std::pair<std::string, std::string>> parameters);

}  // namespace loads::http
