#include "engine/http/url.h"

#include <algorithm>
#include <optional>

#include "engine/http/percent_encoding.h"
#include "engine/http/url_authority.h"

namespace loads::http {
namespace {

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
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "+-."); };
  if (!std::all_of(scheme.begin(), scheme.end(), fits)) return std::nullopt;
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
  for (const Scheme scheme : {Scheme::http, Scheme::https, Scheme::ws, Scheme::wss}) {
    const std::string_view known = to_string(scheme);
    if (std::equal(name.begin(), name.end(), known.begin(), known.end(), same)) return scheme;
  }
  return std::nullopt;
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
      if (kept != at) std::copy(segment.begin(), segment.end(), path.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += segment.size();
    }
    at = end;
  }
  path.resize(kept);
}

void set_path(std::string_view text, Url& out) {
  out.path.clear();
  if (!text.starts_with('/')) out.path = '/';
  append_path(out.path, text);
  remove_dot_segments(out.path);
}

void set_query(std::optional<std::string_view> text, Url& out) {
  out.query.clear();
  if (text) append_query_text(out.query, *text);
}

std::string check_bytes(std::string_view text) {
  const std::size_t at = text.find_first_of(std::string_view("\r\n\0", 3));
  if (at == std::string_view::npos) return {};
  return "a URL cannot contain a line break or a zero byte; there is one at character " + std::to_string(at + 1);
}

// Where there is a user and a password they are in no message: a "/" in them may have ended the authority before its "@".
std::string in_url(const std::string& error, std::string_view text) {
  const bool secret = text.find('@') != std::string_view::npos;
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
  if (const std::string error = read_authority(*parts.authority, out); !error.empty()) return in_url(error, text);
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
  append_path(out.path, reference);
  remove_dot_segments(out.path);
}

// The path and query of a reference that names no host.
void read_path_and_query(const Url& base, const Parts& parts, Url& out) {
  if (parts.path.empty()) {
    out.path = base.path;
  } else if (parts.path.starts_with('/')) {
    set_path(parts.path, out);
  } else {
    merge_path(base, parts.path, out);
  }
  if (parts.path.empty() && !parts.query) {
    out.query = base.query;
  } else {
    set_query(parts.query, out);
  }
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
    if (const std::string error = read_authority(*parts.authority, out); !error.empty()) return in_url(error, reference);
    set_path(parts.path, out);
    set_query(parts.query, out);
    return {};
  }
  copy_authority(base, out);
  read_path_and_query(base, parts, out);
  return {};
}

std::string encode_query(std::span<const std::pair<std::string, std::string>> parameters) {
  std::string out;
  const auto append = [&out](std::string_view text) {
    for (const char c : text) {
      if (is_unreserved(c)) {
        out += c;
      } else if (c == ' ') {
        out += '+';
      } else {
        append_escape(out, c);
      }
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

std::string with_query(std::string_view reference, std::span<const std::pair<std::string, std::string>> parameters) {
  std::string out(reference.substr(0, reference.find('#')));
  if (parameters.empty()) return out;
  if (const auto question = out.find('?'); question == std::string::npos) {
    out += '?';
  } else if (question + 1 < out.size()) {
    out += '&';
  }
  return out + encode_query(parameters);
}

}  // namespace loads::http
