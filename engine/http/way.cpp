#include "engine/http/way.h"

#include <optional>
#include <stdexcept>
#include <utility>

#include <loads/error.h>

#include "engine/http/proxy_url.h"

namespace loads::http {
namespace {

void set_proxy(net::Proxies& proxies, const std::string& scheme, const std::string& url) {
  std::optional<net::Proxy> proxy;
  if (!url.empty()) proxy = parse_proxy(url);
  if (scheme != "http" && scheme != "https" && scheme != "all")
    throw std::invalid_argument("a proxy is for http, https or all, not for \"" + scheme + "\"");
  if (scheme != "https") proxies.plain = proxy;
  if (scheme != "http") proxies.secure = proxy;
}

}  // namespace

bool changes_way(const RequestOptions& options) {
  return options.verify || !options.cert.certificate.empty() || !options.cert.key.empty() || !options.proxies.empty() ||
         !options.http_version.empty();
}

net::Options changed_way(net::Options way, const RequestOptions& options, FileCache& files) {
  if (options.verify) {
    way.tls.verify = options.verify->on();
    if (!options.verify->file().empty()) way.tls.authorities = files.read(options.verify->file());
  }
  if (options.cert.certificate.empty() && !options.cert.key.empty())
    throw InvalidRequest(".cert has a key, but no certificate that it belongs to");
  if (!options.cert.certificate.empty()) {
    way.tls.certificate = files.read(options.cert.certificate);
    way.tls.key = options.cert.key.empty() ? std::string() : files.read(options.cert.key);
  }
  if (!options.http_version.empty()) {
    const auto version = net::parse_http_version(options.http_version);
    if (!version) throw InvalidRequest("\"" + options.http_version + "\" is no version of HTTP: it is auto, 1.1, 2 or h2c");
    way.http_version = *version;
  }
  try {
    for (const auto& [scheme, url] : options.proxies) set_proxy(way.proxies, scheme, url);
  } catch (const std::invalid_argument& error) {
    throw InvalidRequest(error.what());
  }
  return way;
}

}  // namespace loads::http
