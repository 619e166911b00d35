#include "engine/session/cookie_jar.h"

#include <arpa/inet.h>

#include <algorithm>

#include <loads/error.h>

#include "engine/message/ascii.h"
#include "engine/session/public_suffix.h"

namespace loads::session {
namespace {

bool is_address(const std::string& host) {
  in6_addr address{};
  return inet_pton(AF_INET, host.c_str(), &address) == 1 || inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// RFC 6265, 5.1.3.
bool domain_matches(const std::string& host, const std::string& domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.' && !is_address(host);
}

// RFC 6265, 5.1.4.
bool path_matches(const std::string& path, const std::string& wanted) {
  if (!path.starts_with(wanted)) return false;
  return path.size() == wanted.size() || wanted.ends_with('/') || path[wanted.size()] == '/';
}

std::string default_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

bool has_prefix(std::string_view name, std::string_view prefix) {
  return message::equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

// What a name promises has to hold (RFC 6265bis, 4.1.3), also when the name hides in the value of a cookie without one.
bool keeps_its_promise(const Cookie& cookie, const std::string& path_given) {
  const std::string& name = cookie.name.empty() ? cookie.value : cookie.name;
  if (has_prefix(name, "__Secure-")) return cookie.secure && !cookie.name.empty();
  if (has_prefix(name, "__Host-")) return cookie.secure && cookie.host_only && path_given == "/" && !cookie.name.empty();
  return true;
}

bool expired(const Cookie& cookie, CookieJar::Time now) { return cookie.expires && *cookie.expires <= now; }

bool is_for(const Cookie& cookie, const http::Url& url) {
  if (cookie.secure && !http::is_secure(url.scheme)) return false;
  if (!cookie.domain.empty() && !(cookie.host_only ? cookie.domain == url.host : domain_matches(url.host, cookie.domain))) return false;
  return path_matches(url.path, cookie.path);
}

// Who comes first in a request: the most specific path, then the oldest.
template <typename Kept>
bool goes_before(const Kept& a, const Kept& b) {
  if (a.cookie.path.size() != b.cookie.path.size()) return a.cookie.path.size() > b.cookie.path.size();
  return a.created < b.created;
}

}  // namespace

void check_cookie(std::string_view name, std::string_view value) {
  const auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ';'; };
  if (std::ranges::any_of(name, breaks) || name.find('=') != std::string_view::npos || std::ranges::any_of(value, breaks)) {
    throw InvalidRequest("the cookie " + message::quoted(name) +
                         " cannot be sent: it has a control character, \";\", or \"=\" in its name");
  }
  if (name.empty() && value.empty()) throw InvalidRequest("a cookie needs a name");
}

void CookieJar::store(const http::Url& url, std::string_view text, Time now) {
  const auto set = parse_set_cookie(text, now);
  if (!set) return;
  Cookie cookie = to_cookie(*set);
  const bool own_host = cookie.domain.empty() || cookie.domain == url.host;
  if (!own_host && (is_public_suffix(cookie.domain) || !domain_matches(url.host, cookie.domain))) return;
  cookie.host_only = set->domain.empty() || (own_host && (is_address(url.host) || is_public_suffix(url.host)));
  if (own_host) cookie.domain = url.host;
  if (cookie.path.empty()) cookie.path = default_path(url.path);
  if (!keeps_its_promise(cookie, set->path)) return;
  if (!http::is_secure(url.scheme) && (cookie.secure || shadows_secure(cookie))) return;
  keep(std::move(cookie), now);
}

// A page over http that would put its own in the place of a cookie that only https may set.
bool CookieJar::shadows_secure(const Cookie& cookie) const {
  return std::ranges::any_of(cookies_, [&](const Kept& kept) {
    const Cookie& other = kept.cookie;
    return other.secure && other.name == cookie.name && path_matches(cookie.path, other.path) &&
           (domain_matches(cookie.domain, other.domain) || domain_matches(other.domain, cookie.domain));
  });
}

void CookieJar::set(Cookie cookie, Time now) {
  check_cookie(cookie.name, cookie.value);
  std::ranges::transform(cookie.domain, cookie.domain.begin(), message::to_lower);
  if (cookie.domain.starts_with('.')) cookie.domain.erase(0, 1);
  if (!cookie.path.starts_with('/')) cookie.path.insert(0, "/");
  keep(std::move(cookie), now);
}

void CookieJar::keep(Cookie cookie, Time now) {
  const auto same = std::ranges::find_if(cookies_, [&](const Kept& kept) {
    const Cookie& other = kept.cookie;
    return other.name == cookie.name && other.domain == cookie.domain && other.path == cookie.path && other.host_only == cookie.host_only;
  });
  const bool gone = expired(cookie, now);
  if (same != cookies_.end()) {
    if (gone) {
      cookies_.erase(same);
    } else {
      same->cookie = std::move(cookie);
      same->used = ++clock_;
    }
    return;
  }
  if (gone) return;
  const std::string domain = cookie.domain;
  ++clock_;
  cookies_.push_back({std::move(cookie), clock_, clock_});
  make_room(domain, now);
}

void CookieJar::make_room(const std::string& domain, Time now) {
  const auto of_domain = [&](const Kept& kept) { return kept.cookie.domain == domain; };
  const auto of_any = [](const Kept&) { return true; };
  if (cookies_.size() <= kMostOfADomain) return;
  std::erase_if(cookies_, [&](const Kept& kept) { return expired(kept.cookie, now); });
  drop_least_used(kMostOfADomain, of_domain);
  drop_least_used(kMost, of_any);
}

template <typename Counts>
void CookieJar::drop_least_used(std::size_t most, Counts&& counts) {
  if (static_cast<std::size_t>(std::ranges::count_if(cookies_, counts)) <= most) return;
  auto least = cookies_.end();
  for (auto it = cookies_.begin(); it != cookies_.end(); ++it) {
    if (counts(*it) && (least == cookies_.end() || it->used < least->used)) least = it;
  }
  cookies_.erase(least);
}

void CookieJar::append(const http::Url& url, const Pairs& own, Time now, std::string& out) {
  const auto replaced = [&](const Cookie& cookie) {
    return std::ranges::any_of(own, [&](const auto& pair) { return pair.first == cookie.name; });
  };
  std::vector<Kept*> chosen;
  for (Kept& kept : cookies_) {
    if (is_for(kept.cookie, url) && !expired(kept.cookie, now) && !replaced(kept.cookie)) chosen.push_back(&kept);
  }
  std::ranges::sort(chosen, [](const Kept* a, const Kept* b) { return goes_before(*a, *b); });
  for (Kept* kept : chosen) {
    kept->used = ++clock_;
    if (!out.empty()) out += "; ";
    if (!kept->cookie.name.empty()) out.append(kept->cookie.name).append(1, '=');
    out += kept->cookie.value;
  }
}

void CookieJar::erase(std::string_view name) {
  std::erase_if(cookies_, [&](const Kept& kept) { return kept.cookie.name == name; });
}

std::vector<Cookie> CookieJar::list(Time now) const {
  std::vector<const Kept*> ordered;
  for (const Kept& kept : cookies_) {
    if (!expired(kept.cookie, now)) ordered.push_back(&kept);
  }
  std::ranges::sort(ordered, [](const Kept* a, const Kept* b) { return goes_before(*a, *b); });
  std::vector<Cookie> out;
  out.reserve(ordered.size());
  for (const Kept* kept : ordered) out.push_back(kept->cookie);
  return out;
}

}  // namespace loads::session
