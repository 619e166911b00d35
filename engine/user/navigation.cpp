#include "engine/user/navigation.h"

#include <algorithm>

#include <loads/error.h>

#include "engine/http/url.h"
#include "engine/message/ascii.h"

namespace loads::user {
namespace {

using http::Url;

bool is_same_server(const Url& a, const Url& b) { return a.scheme == b.scheme && a.host == b.host && a.port == b.port; }

// An answer's URL does not repeat the user and password that it was asked with.
std::string text_of(const Url& url, std::string_view server_url) {
  const auto server = http::parse_url(server_url);
  if (!server || server.url.userinfo.empty() || !is_same_server(server.url, url)) return url.str();
  return std::string(http::to_string(url.scheme)) + "://" + server.url.userinfo + "@" + url.authority() + url.target();
}

Url resolve(const Url& base, const AppResponse& from, std::string_view reference) {
  auto resolved = http::resolve_url(base, reference);
  if (resolved) return resolved.url;
  throw AppError("a link on " + std::string(from.url()) + " leads nowhere, " + message::quoted(reference) + ": " + resolved.error);
}

Url url_of(const AppResponse& response) { return http::parse_url(response.url()).url; }

}  // namespace

std::string absolute_url(const AppResponse& from, std::string_view location, std::string_view server_url) {
  return text_of(resolve(url_of(from), from, location), server_url);
}

std::string url_on_this_server(const AppResponse& from, std::string_view base, std::string_view href, std::string_view server_url) {
  const Url page = url_of(from);
  Url url = resolve(base.empty() ? page : resolve(page, from, base), from, href);
  url.scheme = page.scheme;
  url.host = page.host;
  url.port = page.port;
  return text_of(url, server_url);
}

AppOptions with_referer(const AppOptions& options, const AppResponse& from) {
  AppOptions out = options;
  const bool given = std::any_of(out.headers.begin(), out.headers.end(),
                                 [](const auto& header) { return message::equal_ignoring_case(header.first, "Referer"); });
  if (!given) out.headers.emplace_back("Referer", from.url());
  return out;
}

}  // namespace loads::user
