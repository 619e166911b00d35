#include "engine/http/proxy_url.h"

#include <stdexcept>

#include "engine/http/basic_auth.h"
#include "engine/http/url.h"

namespace loads::http {

net::Proxy parse_proxy(const std::string& url) {
  const auto scheme_end = url.find("://");
  if (scheme_end != std::string::npos && url.compare(0, scheme_end, "http") != 0)
    throw std::invalid_argument("a proxy is spoken to by http:// alone, not by " + url.substr(0, scheme_end) + "://");
  const UrlResult parsed = parse_url(scheme_end == std::string::npos ? "http://" + url : url);
  if (!parsed) throw std::invalid_argument("the URL of the proxy is not valid: " + parsed.error);
  return {parsed.url.host, parsed.url.port, basic_credentials(parsed.url.userinfo)};
}

}  // namespace loads::http
